package dev.nauarch.apiserver.signing;

import dev.nauarch.apiserver.SecureCluster;
import dev.nauarch.apiserver.SecureCluster.Answer;
import dev.nauarch.apiserver.certificates.Pem;
import dev.nauarch.apiserver.certificates.SigningRequests;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A cluster over HTTPS whose certificates are asked for by CertificateSigningRequests. */
@SuppressWarnings("NullAway.Init") // set before each test
abstract class SigningSuite {

  static final String REQUESTS = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
  static final String CLIENT = "kubernetes.io/kube-apiserver-client";
  static final String NODE_CLIENT = "kubernetes.io/kube-apiserver-client-kubelet";
  static final String NODE_SERVER = "kubernetes.io/kubelet-serving";
  static final String CLIENT_USAGES = "['digital signature','client auth']";

  final AtomicReference<Duration> later = new AtomicReference<>(Duration.ZERO);
  SecureCluster cluster;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    InstantSource clock = () -> Instant.now().plus(later.get());
    cluster = SecureCluster.start(directory, clock);
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  KeyPair ask(
      String name,
      String signer,
      String commonName,
      List<String> groups,
      String usages,
      String... names)
      throws Exception {
    var keys = SigningRequests.keys("EC");
    var request = SigningRequests.request(keys, commonName, groups, names);
    cluster.admin().create(REQUESTS, object(name, signer, request, usages));
    return keys;
  }

  static String object(String name, String signer, String request, String usages) {
    return "{'metadata':{'name':'%s'},'spec':{'request':'%s','signerName':'%s','usages':%s}}"
        .formatted(name, request, signer, usages);
  }

  Answer approve(SecureCluster.Caller caller, String name) throws Exception {
    return caller.send("PATCH", REQUESTS + "/" + name + "/approval", conditions("Approved:True"));
  }

  X509Certificate awaitCertificate(String name) throws Exception {
    var object =
        cluster
            .admin()
            .await(
                REQUESTS + "/" + name,
                answer -> !new Request(answer.body()).certificate().isEmpty());
    return Pem.readChain(Base64.getDecoder().decode(new Request(object).certificate())).getFirst();
  }

  static String conditions(String... typesAndStatus) {
    var all = new ArrayList<String>();
    for (var each : typesAndStatus) {
      var parts = each.split(":", -1);
      all.add("{'type':'" + parts[0] + "','status':'" + parts[1] + "'}");
    }
    return "{'status':{'conditions':[" + String.join(",", all) + "]}}";
  }

  void bind(String name, String role, String user) throws Exception {
    cluster
        .admin()
        .create(
            "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
            "{'metadata':{'name':'"
                + name
                + "'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io',"
                + "'kind':'ClusterRole','name':'"
                + role
                + "'},'subjects':[{'kind':'User','name':'"
                + user
                + "'}]}");
  }
}
