package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"strings"
	"time"

	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/remotecommand"
	"k8s.io/client-go/util/exec"
	"k8s.io/klog/v2"
	"k8s.io/streaming/pkg/httpstream"
)

// stage has a pod that runs, and what its subresources are reached with.
type stage struct {
	config    *rest.Config
	client    kubernetes.Interface
	namespace string
	pod       string
}

// startStage runs a script in a pod whose input stays open.
func startStage(
	ctx context.Context, config *rest.Config, namespace, name, script string,
) (*stage, error) {
	// Clients that leave complain of what they can't read any more.
	klog.SetSlogLogger(slog.New(slog.DiscardHandler))
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	box := pod(name)
	box.Spec.Containers[0].Command = []string{"sh", "-c", script}
	box.Spec.Containers[0].Stdin = true
	pods := client.CoreV1().Pods(namespace)
	made, err := pods.Create(ctx, box, meta.CreateOptions{})
	if err != nil {
		return nil, err
	}
	events, err := pods.Watch(ctx, meta.SingleObject(made.ObjectMeta))
	if err != nil {
		return nil, err
	}
	defer events.Stop()
	for event := range events.ResultChan() {
		if event.Object.(*core.Pod).Status.Phase == core.PodRunning {
			return &stage{config, client, namespace, name}, nil
		}
	}
	return nil, fmt.Errorf("%s does not run: %w", name, ctx.Err())
}

func (s *stage) end(ctx context.Context) error {
	return s.client.CoreV1().Pods(s.namespace).Delete(ctx, s.pod, meta.DeleteOptions{})
}

func (s *stage) url(subresource string, options any) *url.URL {
	request := s.client.CoreV1().RESTClient().Post().Resource("pods").Name(s.pod).
		Namespace(s.namespace).SubResource(subresource)
	switch options := options.(type) {
	case *core.PodExecOptions:
		request.VersionedParams(options, scheme.ParameterCodec)
	case *core.PodAttachOptions:
		request.VersionedParams(options, scheme.ParameterCodec)
	}
	return request.URL()
}

// way is how an executor reaches a container.
type way struct {
	name     string
	executor func(*rest.Config, *url.URL) (remotecommand.Executor, error)
}

// ways are those that clients are built with. The last one asks for what no server speaks, and goes
// on with SPDY.
var ways = []way{
	{"SPDY", func(config *rest.Config, at *url.URL) (remotecommand.Executor, error) {
		return remotecommand.NewSPDYExecutor(config, "POST", at)
	}},
	{"WebSocket", func(config *rest.Config, at *url.URL) (remotecommand.Executor, error) {
		return remotecommand.NewWebSocketExecutor(config, "GET", at.String())
	}},
	{"WebSocket v4", func(config *rest.Config, at *url.URL) (remotecommand.Executor, error) {
		return remotecommand.NewWebSocketExecutorForProtocols(
			config, "GET", at.String(), "v4.channel.k8s.io")
	}},
	{"fallback", func(config *rest.Config, at *url.URL) (remotecommand.Executor, error) {
		unknown, err := remotecommand.NewWebSocketExecutorForProtocols(
			config, "GET", at.String(), "v99.channel.k8s.io")
		if err != nil {
			return nil, err
		}
		spdy, err := remotecommand.NewSPDYExecutor(config, "POST", at)
		if err != nil {
			return nil, err
		}
		return remotecommand.NewFallbackExecutor(unknown, spdy, httpstream.IsUpgradeFailure)
	}},
}

// inEveryWay runs a scenario in each way that there is.
func (s *stage) inEveryWay(scenario func(*stage, way) error) error {
	for _, way := range ways {
		if err := scenario(s, way); err != nil {
			return fmt.Errorf("by %s: %w", way.name, err)
		}
	}
	return nil
}

// exec runs a command, and gives what it wrote.
func (s *stage) exec(
	ctx context.Context, by way, options remotecommand.StreamOptions, command ...string,
) (string, string, error) {
	var out, problems bytes.Buffer
	if options.Stdout == nil {
		options.Stdout = &out
	}
	if !options.Tty {
		options.Stderr = &problems
	}
	executor, err := by.executor(s.config, s.url("exec", &core.PodExecOptions{
		Container: "main", Command: command, Stdin: options.Stdin != nil, Stdout: true,
		Stderr: !options.Tty, TTY: options.Tty,
	}))
	if err != nil {
		return "", "", err
	}
	err = executor.StreamWithContext(ctx, options)
	return out.String(), problems.String(), err
}

// commands talks with commands in a container, in every way.
func commands(ctx context.Context, config *rest.Config, namespace string) error {
	box, err := startStage(ctx, config, namespace, "commands", "exec sleep 3600")
	if err != nil {
		return err
	}
	return first(
		box.inEveryWay(func(box *stage, by way) error {
			return first(
				box.pipes(ctx, by),
				box.notFound(ctx, by),
				box.terminal(ctx, by),
				box.leave(ctx, by),
				box.nobody(ctx, by))
		}),
		box.crowd(ctx),
		box.end(ctx))
}

// pipes sends much, and gets as much back, beside problems and an exit code. With v4 a WebSocket
// can't end the command's input: there the command knows how much it is.
func (s *stage) pipes(ctx context.Context, by way) error {
	sent := strings.Repeat("0123456789abcde\n", 1<<16)
	script := fmt.Sprintf("head -c %d; echo problem >&2; exit 7", len(sent))
	out, problems, err := s.exec(ctx, by,
		remotecommand.StreamOptions{Stdin: strings.NewReader(sent)}, "sh", "-c", script)
	return first(
		expect("sent and got back", true, sent == out),
		expect("problems", "problem\n", problems),
		exitCode(7, err))
}

func exitCode(wanted int, err error) error {
	var ended exec.CodeExitError
	if !errors.As(err, &ended) {
		return fmt.Errorf("no exit code but %v", err)
	}
	return expect("exit code", wanted, ended.Code)
}

func (s *stage) notFound(ctx context.Context, by way) error {
	_, problems, err := s.exec(ctx, by, remotecommand.StreamOptions{}, "no-such-program")
	return first(
		exitCode(127, err),
		expect("said why", true, strings.Contains(problems, "no-such-program")))
}

// size is that of one terminal. It tells when it has been sent.
type size struct {
	left chan remotecommand.TerminalSize
	sent chan struct{}
}

func (s *size) Next() *remotecommand.TerminalSize {
	next, more := <-s.left
	if !more {
		// Asked for another one: the first has gone.
		close(s.sent)
		return nil
	}
	return &next
}

func (s *stage) terminal(ctx context.Context, by way) error {
	size := &size{make(chan remotecommand.TerminalSize, 1), make(chan struct{})}
	size.left <- remotecommand.TerminalSize{Width: 101, Height: 37}
	close(size.left)
	typed, keyboard := io.Pipe()
	go func() {
		<-size.sent
		_, _ = keyboard.Write([]byte("word\n"))
	}()
	defer keyboard.Close()
	// The size may arrive after what was typed.
	script := `read line; until [ "$(stty size)" = "37 101" ]; do sleep 0.02; done
		echo "<$line>"; exit 3`
	out, _, err := s.exec(ctx, by, remotecommand.StreamOptions{
		Stdin: typed, Tty: true, TerminalSizeQueue: size,
	}, "sh", "-c", script)
	return first(
		exitCode(3, err),
		expect("echo and answer", "word\r\n<word>\r\n", out))
}

// notice tells of the first thing that is written.
type notice struct {
	came chan struct{}
}

func (n *notice) Write(bytes []byte) (int, error) {
	select {
	case n.came <- struct{}{}:
	default:
	}
	return len(bytes), nil
}

// await waits for it, while something runs.
func (n *notice) await(ended <-chan error) error {
	select {
	case <-n.came:
		return nil
	case err := <-ended:
		return fmt.Errorf("ended early: %v", err)
	}
}

// leave goes away while a command runs: the command goes too, and with it the end of a pipe.
func (s *stage) leave(ctx context.Context, by way) error {
	pipe := "/tmp/" + s.namespace + "-gone"
	leaving, leave := context.WithCancel(ctx)
	defer leave()
	run := func(ctx context.Context, script string) (*notice, chan error) {
		said, done := &notice{make(chan struct{}, 1)}, make(chan error, 1)
		go func() {
			_, _, err := s.exec(ctx, by, remotecommand.StreamOptions{Stdout: said}, "sh", "-c",
				strings.ReplaceAll(script, "PIPE", pipe))
			done <- err
		}()
		return said, done
	}
	writes, gone := run(leaving, "mkfifo PIPE; echo; exec sleep 3600 >PIPE")
	if err := writes.await(gone); err != nil {
		return err
	}
	// That the pipe is open here means that it is at the other end.
	reads, released := run(ctx, "exec 3<PIPE; echo; cat <&3; rm PIPE")
	if err := reads.await(released); err != nil {
		return err
	}
	select {
	case err := <-released:
		return fmt.Errorf("the pipe ended before its writer left: %v", err)
	case <-time.After(100 * time.Millisecond):
	}
	leave()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		return fmt.Errorf("left with %v", err)
	}
	return <-released
}

// nobody asks for a pod and a container that are not there.
func (s *stage) nobody(ctx context.Context, by way) error {
	for _, wrong := range []struct{ pod, container, problem string }{
		{"nobody", "main", `pods "nobody" not found`},
		{s.pod, "other", "container other is not valid for pod " + s.pod},
	} {
		other := *s
		other.pod = wrong.pod
		executor, err := by.executor(s.config, other.url("exec", &core.PodExecOptions{
			Container: wrong.container, Command: []string{"true"}, Stdout: true,
		}))
		if err != nil {
			return err
		}
		err = executor.StreamWithContext(ctx, remotecommand.StreamOptions{Stdout: io.Discard})
		if err == nil || !strings.Contains(err.Error(), wrong.problem) {
			return fmt.Errorf("%s instead of %q: %v", wrong.pod, wrong.problem, err)
		}
	}
	return nil
}

// crowd runs a hundred commands at once, half of them in each way.
func (s *stage) crowd(ctx context.Context) error {
	done := make(chan error)
	for i := range 100 {
		go func() {
			said := fmt.Sprintf("%d\n", i)
			out, _, err := s.exec(ctx, ways[i%2],
				remotecommand.StreamOptions{Stdin: strings.NewReader(said)}, "sh", "-c", "cat; exit 9")
			done <- first(exitCode(9, err), expect("answer", said, out))
		}()
	}
	var problem error
	for range 100 {
		problem = first(problem, <-done)
	}
	return problem
}

// attached talks with containers until they end: two clients hear what one of them types.
func attached(ctx context.Context, config *rest.Config, namespace string) error {
	for i, by := range ways {
		if err := attachedBy(ctx, config, namespace, fmt.Sprintf("attached-%d", i), by); err != nil {
			return fmt.Errorf("by %s: %w", by.name, err)
		}
	}
	return nil
}

// heard collects what comes, and tells of each line that is whole.
type heard struct {
	lines chan string
	rest  string
}

func (h *heard) Write(bytes []byte) (int, error) {
	h.rest += string(bytes)
	for {
		line, rest, found := strings.Cut(h.rest, "\n")
		if !found {
			return len(bytes), nil
		}
		h.lines <- line
		h.rest = rest
	}
}

func attachedBy(
	ctx context.Context, config *rest.Config, namespace, name string, by way,
) error {
	box, err := startStage(ctx, config, namespace, name, `
		while read line; do
		  echo "got $line"; echo "problem $line" >&2
		  [ "$line" != end ] || exit 3
		done`)
	if err != nil {
		return err
	}
	typed, keyboard := io.Pipe()
	defer keyboard.Close()
	out := &heard{lines: make(chan string, 16)}
	problems := &heard{lines: make(chan string, 16)}
	witness := &heard{lines: make(chan string, 16)}
	ended := make(chan error, 2)
	go func() {
		err := box.attach(ctx, by, remotecommand.StreamOptions{
			Stdin: typed, Stdout: out, Stderr: problems,
		})
		// Who types on hears why nobody reads it any more.
		typed.CloseWithError(fmt.Errorf("the attached one has left: %w", err))
		ended <- err
	}()
	go func() { ended <- box.attach(ctx, by, remotecommand.StreamOptions{Stdout: witness}) }()
	// Whoever is attached later hears only what is said then: both are there when both hear a word.
	if err := greet(ctx, keyboard, out, witness); err != nil {
		return err
	}
	if _, err := keyboard.Write([]byte("end\n")); err != nil {
		return err
	}
	return first(
		last(ctx, "got end", out),
		last(ctx, "got end", witness),
		last(ctx, "problem end", problems),
		<-ended,
		<-ended,
		box.end(ctx))
}

func (s *stage) attach(
	ctx context.Context, by way, options remotecommand.StreamOptions,
) error {
	executor, err := by.executor(s.config, s.url("attach", &core.PodAttachOptions{
		Container: "main", Stdin: options.Stdin != nil, Stdout: options.Stdout != nil,
		Stderr: options.Stderr != nil,
	}))
	if err != nil {
		return err
	}
	return executor.StreamWithContext(ctx, options)
}

// greet types words until each one hears them.
func greet(ctx context.Context, keyboard io.Writer, all ...*heard) error {
	for _, each := range all {
		for isHeard := false; !isHeard; {
			if _, err := keyboard.Write([]byte("word\n")); err != nil {
				return err
			}
			select {
			case line := <-each.lines:
				if err := expect("line", "got word", line); err != nil {
					return err
				}
				isHeard = true
			case <-time.After(100 * time.Millisecond):
			case <-ctx.Done():
				return fmt.Errorf("nothing was heard: %w", ctx.Err())
			}
		}
	}
	return nil
}

// last waits for a line.
func last(ctx context.Context, wanted string, all *heard) error {
	for {
		select {
		case line := <-all.lines:
			if line == wanted {
				return nil
			}
		case <-ctx.Done():
			return fmt.Errorf("%q was not heard: %w", wanted, ctx.Err())
		}
	}
}
