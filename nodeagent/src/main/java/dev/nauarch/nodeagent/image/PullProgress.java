package dev.nauarch.nodeagent.image;

/**
 * How far an image has come.
 *
 * @param reference its full name
 * @param bytesDone how many bytes are here
 * @param bytesTotal how many there will be; 0 before that is known
 */
public record PullProgress(String reference, long bytesDone, long bytesTotal) {}
