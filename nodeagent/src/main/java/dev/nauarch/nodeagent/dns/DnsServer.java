package dev.nauarch.nodeagent.dns;

import dev.nauarch.nodeagent.network.ClusterServices;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;

/**
 * The cluster's name server on a node, over UDP and TCP. Names of the cluster are answered from the
 * zone that was handed over last; all others are passed on to the machine's own name servers.
 *
 * <p>Each request runs on a virtual thread; at most 256 are under way, and what comes on top is
 * dropped, which resolvers take as a reason to ask again.
 */
public final class DnsServer implements Consumer<ClusterServices>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DnsServer.class);
  private static final int UDP_BYTES_MAX = 1232;
  private static final int MESSAGE_BYTES_MAX = 65_535;
  private static final Duration UPSTREAM_TIMEOUT = Duration.ofSeconds(2);

  private final String domain;
  private final List<InetAddress> upstreams;
  private final DatagramSocket udp;
  private final ServerSocket tcp;
  private final Semaphore underWay = new Semaphore(256);
  private volatile ClusterZone zone;

  private DnsServer(
      String domain, List<InetAddress> upstreams, DatagramSocket udp, ServerSocket tcp) {
    this.domain = domain;
    this.upstreams = upstreams;
    this.udp = udp;
    this.tcp = tcp;
    this.zone = new ClusterZone(domain, new ClusterServices(new TreeMap<>()));
  }

  /**
   * Starts to serve.
   *
   * @param listen the address and port
   * @param domain the cluster's domain
   * @param upstreams where other names are asked for, in this order; none: they don't exist
   */
  public static DnsServer start(
      InetSocketAddress listen, String domain, List<InetAddress> upstreams) throws IOException {
    var tcp = new ServerSocket(listen.getPort(), 64, listen.getAddress());
    var bound = new InetSocketAddress(listen.getAddress(), tcp.getLocalPort());
    try {
      var server = new DnsServer(domain, List.copyOf(upstreams), new DatagramSocket(bound), tcp);
      Thread.ofVirtual().name("dns-udp").start(server::serveUdp);
      Thread.ofVirtual().name("dns-tcp").start(server::serveTcp);
      return server;
    } catch (SocketException e) {
      tcp.close();
      throw e;
    }
  }

  /** The port it listens on. */
  public int port() {
    return udp.getLocalPort();
  }

  @Override
  public void accept(ClusterServices services) {
    zone = new ClusterZone(domain, services);
  }

  @Override
  public void close() {
    udp.close();
    try {
      tcp.close();
    } catch (IOException e) {
      LOG.warn("the name server's port could not be closed", e);
    }
  }

  private void serveUdp() {
    while (!udp.isClosed()) {
      var packet = new DatagramPacket(new byte[UDP_BYTES_MAX], UDP_BYTES_MAX);
      try {
        udp.receive(packet);
      } catch (IOException e) {
        if (!udp.isClosed()) {
          LOG.warn("a request could not be read", e);
        }
        continue;
      }
      if (underWay.tryAcquire()) {
        Thread.ofVirtual().name("dns-request").start(() -> answerUdp(packet));
      }
    }
  }

  private void answerUdp(DatagramPacket packet) {
    try {
      var answer = answer(Arrays.copyOf(packet.getData(), packet.getLength()), UDP_BYTES_MAX);
      if (answer.isPresent()) {
        var bytes = answer.get();
        udp.send(new DatagramPacket(bytes, bytes.length, packet.getSocketAddress()));
      }
    } catch (IOException e) {
      LOG.debug("an answer to {} could not be sent", packet.getSocketAddress(), e);
    } finally {
      underWay.release();
    }
  }

  private void serveTcp() {
    while (!tcp.isClosed()) {
      try {
        var socket = tcp.accept();
        if (underWay.tryAcquire()) {
          Thread.ofVirtual().name("dns-connection").start(() -> answerTcp(socket));
        } else {
          socket.close();
        }
      } catch (IOException e) {
        if (!tcp.isClosed()) {
          LOG.warn("a connection could not be taken", e);
        }
      }
    }
  }

  private void answerTcp(Socket socket) {
    try (socket) {
      socket.setSoTimeout(10_000);
      var in = new DataInputStream(socket.getInputStream());
      var out = new DataOutputStream(socket.getOutputStream());
      for (var length = in.read(); length >= 0; length = in.read()) {
        var request = new byte[length << 8 | in.readUnsignedByte()];
        in.readFully(request);
        var answer = answer(request, MESSAGE_BYTES_MAX);
        if (answer.isEmpty()) {
          return;
        }
        out.writeShort(answer.get().length);
        out.write(answer.get());
        out.flush();
      }
    } catch (IOException e) {
      LOG.debug("a connection from {} broke", socket.getRemoteSocketAddress(), e);
    } finally {
      underWay.release();
    }
  }

  /** The answer to a request; none to what is no request. */
  private Optional<byte[]> answer(byte[] request, int bytesMax) {
    Message query;
    try {
      query = new Message(request);
    } catch (IOException e) {
      return Optional.empty();
    }
    var question = query.getQuestion();
    if (query.getHeader().getFlag(Flags.QR) || question == null) {
      return Optional.empty();
    }
    if (query.getHeader().getOpcode() != Opcode.QUERY) {
      return Optional.of(reply(query, Rcode.NOTIMP).toWire(bytesMax));
    }
    var current = zone;
    if (!current.holds(question.getName())) {
      return Optional.of(
          passOn(request, query).orElseGet(() -> reply(query, Rcode.SERVFAIL).toWire(bytesMax)));
    }
    return Optional.of(fromZone(current, query, question).toWire(bytesMax));
  }

  private static Message reply(Message query, int code) {
    var reply = new Message(query.getHeader().getID());
    reply.getHeader().setFlag(Flags.QR);
    reply.getHeader().setFlag(Flags.RA);
    if (query.getHeader().getFlag(Flags.RD)) {
      reply.getHeader().setFlag(Flags.RD);
    }
    reply.getHeader().setRcode(code);
    var question = query.getQuestion();
    if (question != null) {
      reply.addRecord(question, Section.QUESTION);
    }
    return reply;
  }

  private Message fromZone(ClusterZone zone, Message query, Record question) {
    var records = zone.resolve(question.getName(), question.getType());
    var reply = reply(query, records.isPresent() ? Rcode.NOERROR : Rcode.NXDOMAIN);
    reply.getHeader().setFlag(Flags.AA);
    var answers = new java.util.ArrayList<>(records.orElse(List.of()));
    Collections.shuffle(answers);
    answers.forEach(record -> reply.addRecord(record, Section.ANSWER));
    if (answers.isEmpty()) {
      reply.addRecord(authority(zone.domain()), Section.AUTHORITY);
    }
    if (answers.size() == 1 && answers.getFirst() instanceof CNAMERecord alias) {
      follow(alias, question, query).forEach(record -> reply.addRecord(record, Section.ANSWER));
    }
    return reply;
  }

  /** What an alias' target says, so that a caller need not ask twice. */
  private List<Record> follow(CNAMERecord alias, Record question, Message query) {
    var next = Message.newQuery(Record.newRecord(alias.getTarget(), question.getType(), DClass.IN));
    next.getHeader().setID(query.getHeader().getID());
    try {
      var answer = answer(next.toWire(), MESSAGE_BYTES_MAX);
      return answer.isEmpty() ? List.of() : new Message(answer.get()).getSection(Section.ANSWER);
    } catch (IOException e) {
      return List.of();
    }
  }

  private static Record authority(Name domain) {
    var ttl = ClusterZone.TTL_SECONDS;
    return new SOARecord(domain, DClass.IN, ttl, domain, domain, 1, 7200, 1800, 86_400, ttl);
  }

  /** The first answer of the machine's own name servers, asked one after the other. */
  private Optional<byte[]> passOn(byte[] request, Message query) {
    if (upstreams.isEmpty()) {
      return Optional.of(reply(query, Rcode.NXDOMAIN).toWire());
    }
    for (var upstream : upstreams) {
      try (var socket = new DatagramSocket()) {
        socket.setSoTimeout((int) UPSTREAM_TIMEOUT.toMillis());
        socket.connect(upstream, 53);
        socket.send(new DatagramPacket(request, request.length));
        var packet = new DatagramPacket(new byte[MESSAGE_BYTES_MAX], MESSAGE_BYTES_MAX);
        socket.receive(packet);
        return Optional.of(Arrays.copyOf(packet.getData(), packet.getLength()));
      } catch (SocketTimeoutException e) {
        LOG.debug("{} did not answer within {}", upstream, UPSTREAM_TIMEOUT);
      } catch (IOException e) {
        LOG.debug("{} can't be asked", upstream, e);
      }
    }
    return Optional.empty();
  }
}
