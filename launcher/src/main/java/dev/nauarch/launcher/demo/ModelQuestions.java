package dev.nauarch.launcher.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** Asks the served model two questions through the gateway, one whole and one streamed. */
final class ModelQuestions {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int TOKENS = 60;

  private final String url;
  private final HttpClient http = HttpClient.newHttpClient();

  ModelQuestions(String url) {
    this.url = url;
  }

  void ask() throws IOException, InterruptedException {
    System.out.println("\n4  Ask, by the model's name alone: " + url + "/v1");
    whole("This program is free software");
    streamed("The license for the ");
    http.shutdownNow();
  }

  private void whole(String prompt) throws IOException, InterruptedException {
    var reply = send(prompt, false, BodyHandlers.ofString());
    check(reply.statusCode(), reply.body());
    var text = JSON.readTree(reply.body()).at("/choices/0/text").asString();
    print("whole", prompt, text, reply);
  }

  private void streamed(String prompt) throws IOException, InterruptedException {
    var reply = send(prompt, true, BodyHandlers.ofLines());
    check(reply.statusCode(), "");
    var text = new StringBuilder();
    var pieces = 0;
    try (Stream<String> lines = reply.body()) {
      for (var line : (Iterable<String>) lines::iterator) {
        if (line.startsWith("data: {")) {
          text.append(JSON.readTree(line.substring(6)).at("/choices/0/text").asString());
          pieces++;
        }
      }
    }
    print("streamed in " + pieces + " pieces", prompt, text.toString(), reply);
  }

  private <T> HttpResponse<T> send(
      String prompt, boolean streams, HttpResponse.BodyHandler<T> handler)
      throws IOException, InterruptedException {
    var body =
        JsonNodeFactory.instance
            .objectNode()
            .put("model", "tiny")
            .put("prompt", prompt)
            .put("max_tokens", TOKENS)
            .put("temperature", 0.4)
            .put("seed", 7)
            .put("stream", streams);
    var request =
        HttpRequest.newBuilder(URI.create(url + "/v1/completions"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.toString()))
            .build();
    return http.send(request, handler);
  }

  private static void check(int code, String body) {
    if (code != 200) {
      throw new DemoFailure("the gateway answered " + code + " " + body);
    }
  }

  private static void print(String how, String prompt, String text, HttpResponse<?> reply) {
    var replica = reply.headers().firstValue("x-nauarch-served-by").orElse("an unknown replica");
    System.out.println("   " + prompt + "\u001b[1m" + text.replace("\n", " ") + "\u001b[0m");
    System.out.println("             answered by " + replica + ", " + how);
  }
}
