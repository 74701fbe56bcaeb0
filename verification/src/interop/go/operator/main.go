// Command operator is a controller over controller-runtime, as most operators are made: a custom
// kind with CEL rules, webhooks that fill in and refuse, leader election, finalizers, and objects
// that it owns. It ends with 1 at the first thing that is not as it must be.
//
//	operator SCENARIO NAMESPACE
package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
)

const patience = 30 * time.Second

func main() {
	// What the libraries tell of their work is no complaint.
	ctrl.SetLogger(logr.Discard())
	klog.LogToStderr(false)
	klog.SetOutput(os.Stdout)
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	if err := run(ctx, os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("ok")
}

func run(ctx context.Context, namespace string) error {
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		return err
	}
	warned := &warnings{}
	config.WarningHandler = warned
	scheme := runtime.NewScheme()
	addToScheme(scheme)
	if err := clientgoscheme.AddToScheme(scheme); err != nil {
		return err
	}
	direct, err := client.New(config, client.Options{Scheme: scheme})
	if err != nil {
		return err
	}
	hooks, err := newHooks(namespace)
	if err != nil {
		return err
	}
	defer hooks.close()
	if err := define(ctx, direct); err != nil {
		return err
	}
	if err := hooks.register(ctx, direct); err != nil {
		return err
	}
	managed, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	manager, err := newManager(config, scheme, namespace, hooks)
	if err != nil {
		return err
	}
	go func() { ended <- manager.Start(managed) }()
	if err := hooks.await(ctx); err != nil {
		return err
	}
	if err := live(ctx, direct, namespace, warned); err != nil {
		return err
	}
	stop()
	if err := <-ended; err != nil {
		return fmt.Errorf("the manager ended: %w", err)
	}
	return afterwards(ctx, direct, namespace)
}

func newManager(
	config *rest.Config, scheme *runtime.Scheme, namespace string, hooks *hooks,
) (ctrl.Manager, error) {
	manager, err := ctrl.NewManager(config, ctrl.Options{
		Scheme:                        scheme,
		LeaderElection:                true,
		LeaderElectionID:              "tanks.example.com",
		LeaderElectionNamespace:       namespace,
		LeaderElectionReleaseOnCancel: true,
		Metrics:                       server.Options{BindAddress: "0"},
		WebhookServer: webhook.NewServer(
			webhook.Options{Host: "127.0.0.1", Port: hooks.port, CertDir: hooks.directory}),
	})
	if err != nil {
		return nil, err
	}
	err = builder.WebhookManagedBy(manager, &Tank{}).
		WithDefaulter(defaulter{}).
		WithValidator(validator{}).
		WithDefaulterCustomPath(mutatePath).
		WithValidatorCustomPath(validatePath).
		Complete()
	if err != nil {
		return nil, err
	}
	return manager, ctrl.NewControllerManagedBy(manager).
		For(&Tank{}).
		Owns(&corev1.ConfigMap{}).
		Complete(&reconciler{manager.GetClient()})
}

// live is the life of tanks while the operator runs.
func live(ctx context.Context, c client.Client, namespace string, warned *warnings) error {
	tank := &Tank{
		ObjectMeta: metav1.ObjectMeta{Name: "one", Namespace: namespace},
		Spec:       TankSpec{Level: 7},
	}
	if err := c.Create(ctx, tank); err != nil {
		return err
	}
	if tank.Spec.Colour != "red" || tank.Spec.Limit != 100 {
		return fmt.Errorf("webhook and schema did not fill in: %+v", tank.Spec)
	}
	key := client.ObjectKeyFromObject(tank)
	if err := until(ctx, "the status", func() (bool, error) {
		err := c.Get(ctx, key, tank)
		return tank.Status.Filled && tank.Status.ObservedGeneration == tank.Generation, err
	}); err != nil {
		return err
	}
	for _, refused := range []struct {
		change func(*Tank)
		says   string
	}{
		{func(t *Tank) { t.Spec.Level = unlucky },
			`admission webhook "validate.tanks.example.com" denied the request: thirteen brings no luck`},
		{func(t *Tank) { t.Spec.Level = 101 }, "level 101 is beyond 100"},
		{func(t *Tank) { t.Spec.Colour = "blue" }, "colour stays"},
	} {
		changed := tank.DeepCopyObject().(*Tank)
		refused.change(changed)
		err := c.Update(ctx, changed)
		if err == nil || !strings.Contains(err.Error(), refused.says) {
			return fmt.Errorf("expected a refusal with %q, got %v", refused.says, err)
		}
	}
	tank.Spec.Level = 0
	if err := c.Update(ctx, tank); err != nil {
		return err
	}
	if !warned.heard("the tank is empty") {
		return fmt.Errorf("the webhook's warning was not passed on, but %v", warned.all())
	}
	return ownedObject(ctx, c, tank)
}

// ownedObject comes back where somebody deletes it, and goes with its owner.
func ownedObject(ctx context.Context, c client.Client, tank *Tank) error {
	key := client.ObjectKeyFromObject(tank)
	var content corev1.ConfigMap
	if err := until(ctx, "the change of the ConfigMap", func() (bool, error) {
		err := client.IgnoreNotFound(c.Get(ctx, key, &content))
		return content.Data["level"] == "0", err
	}); err != nil {
		return err
	}
	before := content.UID
	if err := c.Delete(ctx, &content); err != nil {
		return err
	}
	if err := until(ctx, "another ConfigMap", func() (bool, error) {
		var again corev1.ConfigMap
		err := client.IgnoreNotFound(c.Get(ctx, key, &again))
		return again.UID != "" && again.UID != before, err
	}); err != nil {
		return err
	}
	if err := c.Delete(ctx, tank); err != nil {
		return err
	}
	return until(ctx, "the end of both", func() (bool, error) {
		noTank := apierrors.IsNotFound(c.Get(ctx, key, &Tank{}))
		return noTank && apierrors.IsNotFound(c.Get(ctx, key, &corev1.ConfigMap{})), nil
	})
}

// afterwards nobody answers the webhooks any more, and they must.
func afterwards(ctx context.Context, c client.Client, namespace string) error {
	tank := &Tank{ObjectMeta: metav1.ObjectMeta{Name: "two", Namespace: namespace}}
	err := c.Create(ctx, tank)
	if !apierrors.IsInternalError(err) ||
		!strings.Contains(err.Error(), `failed calling webhook "mutate.tanks.example.com"`) {
		return fmt.Errorf("expected the failed call, got %v", err)
	}
	return nil
}

func until(ctx context.Context, what string, holds func() (bool, error)) error {
	err := wait.PollUntilContextTimeout(ctx, 20*time.Millisecond, patience, true,
		func(context.Context) (bool, error) { return holds() })
	if err != nil {
		return fmt.Errorf("waiting for %s: %w", what, err)
	}
	return nil
}
