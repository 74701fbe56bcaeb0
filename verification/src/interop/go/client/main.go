// Command client uses the API as controllers in Go do: typed and dynamic clients, informers and
// leader election, in every encoding that they are configured with. It ends with 1 at the first
// thing that is not as it must be.
//
//	client SCENARIO NAMESPACE
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
)

const (
	protobuf = "application/vnd.kubernetes.protobuf"
	json     = "application/json"
)

// scenarios are what may be asked for, by name.
var scenarios = map[string]func(context.Context, *rest.Config, string) error{
	"typed":     inEveryEncoding(typed),
	"lists":     inEveryEncoding(lists),
	"watches":   inEveryEncoding(watches),
	"informers": inEveryEncoding(informers),
	"metadata":  inEveryEncoding(metadataOnly),
	"dynamic":   dynamicObjects,
	"election":  inEveryEncoding(election),
	"commands":  commands,
	"attached":  attached,
	"ports":     ports,
}

// encodings are the ways in which clients are configured.
var encodings = []struct{ contentType, accept string }{
	{json, ""},
	{protobuf, ""},
	{protobuf, protobuf + "," + json},
}

func inEveryEncoding(
	scenario func(context.Context, *rest.Config, string) error,
) func(context.Context, *rest.Config, string) error {
	return func(ctx context.Context, config *rest.Config, namespace string) error {
		for _, encoding := range encodings {
			encoded := rest.CopyConfig(config)
			encoded.ContentType = encoding.contentType
			encoded.AcceptContentTypes = encoding.accept
			if err := scenario(ctx, encoded, namespace); err != nil {
				return fmt.Errorf("as %s, accepting %q: %w", encoding.contentType, encoding.accept, err)
			}
		}
		return nil
	}
}

func main() {
	// What the library tells of its work is no complaint.
	klog.LogToStderr(false)
	klog.SetOutput(os.Stdout)
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("ok")
}

func run(name, namespace string) error {
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		return err
	}
	scenario, found := scenarios[name]
	if !found {
		return fmt.Errorf("there is no scenario %s", name)
	}
	config.WarningHandler = warnings{}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return scenario(ctx, config, namespace)
}

// warnings says what the server warns of; the caller takes any word on standard error as a failure.
type warnings struct{}

func (warnings) HandleWarningHeader(_ int, _ string, text string) {
	fmt.Fprintln(os.Stderr, "Warning:", text)
}

// expect is an error unless two things are equal.
func expect[T comparable](what string, wanted, found T) error {
	if wanted != found {
		return fmt.Errorf("%s: %v was expected, found %v", what, wanted, found)
	}
	return nil
}

// first is the first error of several.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
