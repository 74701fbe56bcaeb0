package dev.nauarch.nodeagent.runtime.cri;

import dev.nauarch.nodeagent.runtime.ImageService;
import dev.nauarch.nodeagent.runtime.RuntimeFault;
import dev.nauarch.nodeagent.runtime.RuntimeFault.Reason;
import dev.nauarch.protocols.cri.ImageFsInfoRequest;
import dev.nauarch.protocols.cri.ImageSpec;
import dev.nauarch.protocols.cri.ImageStatusRequest;
import dev.nauarch.protocols.cri.ListImagesRequest;
import dev.nauarch.protocols.cri.PullImageRequest;
import dev.nauarch.protocols.cri.RemoveImageRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The images of a runtime that speaks CRI. */
final class CriImages implements ImageService {
  /** An image may be large, and its registry slow: the runtime itself gives up without progress. */
  private static final Duration PULL_MAX = Duration.ofHours(24);

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Logger LOG = LoggerFactory.getLogger(CriImages.class);

  private final Calls calls;

  CriImages(Calls calls) {
    this.calls = calls;
  }

  @Override
  public String pull(String name, String handler, Optional<RegistryLogin> login)
      throws RuntimeFault {
    var request = PullImageRequest.newBuilder().setImage(spec(name).setRuntimeHandler(handler));
    login.ifPresent(known -> request.setAuth(Requests.login(known)));
    return calls
        .images(Reason.IMAGE_PULL, PULL_MAX, stub -> stub.pullImage(request.build()))
        .getImageRef();
  }

  /** Fetches an image for anybody, where a registry gives it soon. */
  boolean pullSoon(String name) {
    var request = PullImageRequest.newBuilder().setImage(spec(name)).build();
    try {
      calls.images(Reason.IMAGE_PULL, SOON, stub -> stub.pullImage(request));
      return true;
    } catch (RuntimeFault e) {
      LOG.debug("{} could not be pulled", name, e);
      return false;
    }
  }

  private static ImageSpec.Builder spec(String name) {
    return ImageSpec.newBuilder().setImage(name);
  }

  @Override
  public Optional<ImageInfo> find(String name) throws RuntimeFault {
    var request = ImageStatusRequest.newBuilder().setImage(spec(name)).build();
    var answer = calls.images(Reason.IMAGE_INSPECT, Calls.USUAL, stub -> stub.imageStatus(request));
    return answer.hasImage() ? Optional.of(Answers.image(answer.getImage())) : Optional.empty();
  }

  @Override
  public List<ImageInfo> list() throws RuntimeFault {
    return calls
        .images(
            Reason.IMAGE_INSPECT,
            Calls.USUAL,
            stub -> stub.listImages(ListImagesRequest.getDefaultInstance()))
        .getImagesList()
        .stream()
        .map(Answers::image)
        .toList();
  }

  @Override
  public void remove(String id) throws RuntimeFault {
    var request = RemoveImageRequest.newBuilder().setImage(spec(id)).build();
    calls.images(Reason.STATE, Calls.USUAL, stub -> stub.removeImage(request));
  }

  @Override
  public Use use() throws RuntimeFault {
    var answer =
        calls.images(
            Reason.STATE,
            Calls.USUAL,
            stub -> stub.imageFsInfo(ImageFsInfoRequest.getDefaultInstance()));
    var bytes = 0L;
    var inodes = 0L;
    var mountpoint = "";
    for (var each : answer.getImageFilesystemsList()) {
      bytes += each.getUsedBytes().getValue();
      inodes += each.getInodesUsed().getValue();
      mountpoint = each.getFsId().getMountpoint();
    }
    return new Use(mountpoint, bytes, inodes);
  }
}
