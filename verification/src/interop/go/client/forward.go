package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/httpstream"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/portforward"
	"k8s.io/client-go/transport/spdy"
	streaming "k8s.io/streaming/pkg/httpstream"
)

// echo is a server on port 8082 that sends back what it is sent, and ends when its client does.
const echo = `exec python3 -c '
import socketserver
class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while True:
            data = self.request.recv(65536)
            if not data:
                return
            self.request.sendall(data)
class Server(socketserver.ThreadingTCPServer):
    request_queue_size = 128
    allow_reuse_address = True
    daemon_threads = True
Server(("127.0.0.1", 8082), Echo).serve_forever()
'`

// dialer is how a client reaches the ports of a pod.
type dialer struct {
	name string
	dial func(*rest.Config, *url.URL) (httpstream.Dialer, error)
}

func overSpdy(config *rest.Config, at *url.URL) (httpstream.Dialer, error) {
	transport, upgrader, err := spdy.RoundTripperFor(config)
	if err != nil {
		return nil, err
	}
	return spdy.NewDialer(upgrader, &http.Client{Transport: transport}, "POST", at), nil
}

var dialers = []dialer{
	{"SPDY", overSpdy},
	{"tunnel", func(config *rest.Config, at *url.URL) (httpstream.Dialer, error) {
		return portforward.NewSPDYOverWebsocketDialer(at, config)
	}},
	{"fallback", func(config *rest.Config, at *url.URL) (httpstream.Dialer, error) {
		tunnel, err := portforward.NewSPDYOverWebsocketDialer(at, config)
		if err != nil {
			return nil, err
		}
		plain, err := overSpdy(config, at)
		if err != nil {
			return nil, err
		}
		return portforward.NewFallbackDialer(tunnel, plain, streaming.IsUpgradeFailure), nil
	}},
}

// ports reaches what listens in a pod, and what does not.
func ports(ctx context.Context, config *rest.Config, namespace string) error {
	box, err := startStage(ctx, config, namespace, "ports", echo)
	if err != nil {
		return err
	}
	for _, each := range dialers {
		dialer, err := each.dial(config, box.url("portforward", nil))
		if err != nil {
			return err
		}
		if err := first(
			listening(ctx, dialer),
			forwarded(ctx, dialer),
			refused(dialer),
			otherWords(dialer),
		); err != nil {
			return fmt.Errorf("by %s: %w", each.name, err)
		}
	}
	return box.end(ctx)
}

// listening waits until the server in the pod takes connections.
func listening(ctx context.Context, dialer httpstream.Dialer) error {
	connection, _, err := dialer.Dial(portforward.PortForwardProtocolV1Name)
	if err != nil {
		return err
	}
	defer connection.Close()
	for i := 0; ; i++ {
		data, problems, err := open(connection, i, "8082")
		if err != nil {
			return err
		}
		_, _ = data.Write([]byte("word"))
		_ = data.Close()
		if answer, err := io.ReadAll(data); err == nil && string(answer) == "word" {
			return drained(problems)
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func drained(problems io.Reader) error {
	words, err := io.ReadAll(problems)
	return first(err, expect("problems", "", string(words)))
}

// open makes the two streams of one connection.
func open(
	connection httpstream.Connection, request int, port string,
) (httpstream.Stream, httpstream.Stream, error) {
	headers := http.Header{}
	headers.Set(core.StreamType, core.StreamTypeError)
	headers.Set(core.PortHeader, port)
	headers.Set(core.PortForwardRequestIDHeader, fmt.Sprint(request))
	problems, err := connection.CreateStream(headers)
	if err != nil {
		return nil, nil, err
	}
	_ = problems.Close()
	headers.Set(core.StreamType, core.StreamTypeData)
	data, err := connection.CreateStream(headers)
	return data, problems, err
}

// forwarded makes a hundred connections at once to a port of this machine that leads to the pod's;
// every tenth is given up half-way.
func forwarded(ctx context.Context, dialer httpstream.Dialer) error {
	stop, ready := make(chan struct{}), make(chan struct{})
	forwarder, err := portforward.NewOnAddresses(
		dialer, []string{"127.0.0.1"}, []string{":8082"}, stop, ready, io.Discard, io.Discard)
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- forwarder.ForwardPorts() }()
	select {
	case <-ready:
	case err := <-ended:
		return err
	}
	local, err := forwarder.GetPorts()
	if err != nil {
		return err
	}
	done := make(chan error)
	for i := range 100 {
		go func() { done <- converse(ctx, local[0].Local, i%10 == 0) }()
	}
	var problem error
	for range 100 {
		problem = first(problem, <-done)
	}
	close(stop)
	return first(problem, <-ended)
}

// converse sends much to a port, and reads it back.
func converse(ctx context.Context, port uint16, leaves bool) error {
	var dialer net.Dialer
	connection, err := dialer.DialContext(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return err
	}
	defer connection.Close()
	if leaves {
		_, err = connection.Write([]byte("half a word"))
		return err
	}
	sent := strings.Repeat("0123456789abcdef", 1<<13)
	go func() {
		_, _ = io.Copy(connection, strings.NewReader(sent))
		_ = connection.(*net.TCPConn).CloseWrite()
	}()
	back, err := io.ReadAll(connection)
	return first(err, expect("sent and got back", true, sent == string(back)))
}

// refused asks for a port that nobody listens on, and goes on with one that somebody does.
func refused(dialer httpstream.Dialer) error {
	connection, spoken, err := dialer.Dial(portforward.PortForwardProtocolV1Name)
	if err != nil {
		return err
	}
	defer connection.Close()
	data, problems, err := open(connection, 0, "9")
	if err != nil {
		return err
	}
	words, err := io.ReadAll(problems)
	if err != nil {
		return err
	}
	nothing, err := io.ReadAll(data)
	if err := first(
		err,
		expect("protocol", portforward.PortForwardProtocolV1Name, spoken),
		expect("problem", true, strings.HasPrefix(string(words), "error forwarding port 9 to pod ")),
		expect("data", "", string(nothing)),
	); err != nil {
		return err
	}
	data, problems, err = open(connection, 1, "8082")
	if err != nil {
		return err
	}
	if _, err := data.Write([]byte("word")); err != nil {
		return err
	}
	_ = data.Close()
	back, err := io.ReadAll(data)
	return first(err, expect("echo", "word", string(back)), drained(problems))
}

// otherWords asks for what is not spoken.
func otherWords(dialer httpstream.Dialer) error {
	connection, _, err := dialer.Dial("other.k8s.io")
	if err == nil {
		connection.Close()
		return fmt.Errorf("a protocol that nobody knows was agreed upon")
	}
	words := err.Error()
	return expect(words, true, strings.HasPrefix(words, "unable to upgrade "))
}
