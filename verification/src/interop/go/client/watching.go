package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	clientinformers "k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
	"k8s.io/klog/v2"
)

// watches follows config maps from a revision, and as a list that is streamed first.
func watches(ctx context.Context, config *rest.Config, namespace string) error {
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	maps := client.CoreV1().ConfigMaps(namespace)
	list, err := maps.List(ctx, meta.ListOptions{})
	if err != nil {
		return err
	}
	before := len(list.Items)
	if _, err := maps.Create(ctx, configMap("watched"), meta.CreateOptions{}); err != nil {
		return err
	}
	if err := changes(ctx, client, namespace, list.ResourceVersion); err != nil {
		return err
	}
	streamed, err := streamedList(ctx, client, namespace)
	if err != nil {
		return err
	}
	return first(
		expect("streamed before the bookmark", before+1, streamed),
		maps.Delete(ctx, "watched", meta.DeleteOptions{}))
}

// changes sees the creation that came after a revision, and a change that it makes itself.
func changes(ctx context.Context, client kubernetes.Interface, namespace, revision string) error {
	maps := client.CoreV1().ConfigMaps(namespace)
	events, err := maps.Watch(ctx, meta.ListOptions{ResourceVersion: revision, LabelSelector: "of=go"})
	if err != nil {
		return err
	}
	defer events.Stop()
	added := <-events.ResultChan()
	patch := []byte(`{"metadata":{"labels":{"of":"others"}}}`)
	if _, err := maps.Patch(ctx, "watched", types.MergePatchType, patch, meta.PatchOptions{}); err != nil {
		return err
	}
	left := <-events.ResultChan()
	return first(
		expect("first", watch.Added, added.Type),
		expect("name", "watched", added.Object.(*core.ConfigMap).Name),
		expect("no longer selected", watch.Deleted, left.Type))
}

// streamedList counts the objects that come before the bookmark that ends the initial ones.
func streamedList(ctx context.Context, client kubernetes.Interface, namespace string) (int, error) {
	initial := true
	events, err := client.CoreV1().ConfigMaps(namespace).Watch(ctx, meta.ListOptions{
		SendInitialEvents:    &initial,
		AllowWatchBookmarks:  true,
		ResourceVersionMatch: meta.ResourceVersionMatchNotOlderThan,
	})
	if err != nil {
		return 0, err
	}
	defer events.Stop()
	count := 0
	for event := range events.ResultChan() {
		object := event.Object.(*core.ConfigMap)
		switch {
		case event.Type == watch.Added:
			count++
		case event.Type == watch.Bookmark && object.Annotations[meta.InitialEventsAnnotationKey] == "true":
			return count, nil
		default:
			return 0, fmt.Errorf("%s of %s", event.Type, object.Name)
		}
	}
	return 0, fmt.Errorf("the watch ended before its bookmark: %v", ctx.Err())
}

// informers keeps pods in a cache, and sees one come, run and go.
func informers(ctx context.Context, config *rest.Config, namespace string) error {
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	factory := clientinformers.NewSharedInformerFactoryWithOptions(
		client, 0, clientinformers.WithNamespace(namespace))
	pods := factory.Core().V1().Pods()
	running, deleted := make(chan string, 16), make(chan string, 16)
	_, err = pods.Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		UpdateFunc: func(_, now any) {
			if now := now.(*core.Pod); now.Status.Phase == core.PodRunning && now.DeletionTimestamp == nil {
				running <- now.Name
			}
		},
		DeleteFunc: func(gone any) { deleted <- gone.(*core.Pod).Name },
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	factory.Start(ctx.Done())
	for kind, isSynced := range factory.WaitForCacheSync(ctx.Done()) {
		if !isSynced {
			return fmt.Errorf("the cache of %v was not filled", kind)
		}
	}
	writer := client.CoreV1().Pods(namespace)
	if _, err := writer.Create(ctx, pod("informed"), meta.CreateOptions{}); err != nil {
		return err
	}
	if err := next(ctx, "running", running); err != nil {
		return err
	}
	cached, err := pods.Lister().Pods(namespace).Get("informed")
	if err != nil {
		return err
	}
	if err := first(
		expect("image", "host", cached.Spec.Containers[0].Image),
		writer.Delete(ctx, "informed", meta.DeleteOptions{}),
	); err != nil {
		return err
	}
	return next(ctx, "deleted", deleted)
}

func next(ctx context.Context, what string, names <-chan string) error {
	select {
	case name := <-names:
		return expect(what, "informed", name)
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", what, ctx.Err())
	}
}

// election lets one candidate lead, and the other follow it when it gives up.
func election(ctx context.Context, config *rest.Config, namespace string) error {
	// A candidate that gives up complains of the request that it gives up.
	klog.SetSlogLogger(slog.New(slog.DiscardHandler))
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	firstContext, giveUp := context.WithCancel(ctx)
	defer giveUp()
	secondContext, end := context.WithCancel(ctx)
	defer end()
	leaders := make(chan string, 2)
	go candidate(firstContext, client, namespace, "first", leaders)
	if err := expect("leader", "first", <-leaders); err != nil {
		return err
	}
	go candidate(secondContext, client, namespace, "second", leaders)
	select {
	case leader := <-leaders:
		return fmt.Errorf("%s leads beside the first", leader)
	case <-time.After(2 * time.Second):
	}
	giveUp()
	select {
	case leader := <-leaders:
		lease, err := client.CoordinationV1().Leases(namespace).Get(ctx, "leader", meta.GetOptions{})
		if err != nil {
			return err
		}
		return first(
			expect("leader", "second", leader),
			expect("holder", "second", *lease.Spec.HolderIdentity),
			client.CoordinationV1().Leases(namespace).Delete(ctx, "leader", meta.DeleteOptions{}))
	case <-ctx.Done():
		return fmt.Errorf("nobody leads after the first: %w", ctx.Err())
	}
}

func candidate(
	ctx context.Context, client kubernetes.Interface, namespace, name string, leaders chan<- string,
) {
	leaderelection.RunOrDie(ctx, leaderelection.LeaderElectionConfig{
		Lock: &resourcelock.LeaseLock{
			LeaseMeta:  meta.ObjectMeta{Name: "leader", Namespace: namespace},
			Client:     client.CoordinationV1(),
			LockConfig: resourcelock.ResourceLockConfig{Identity: name},
		},
		ReleaseOnCancel: true,
		LeaseDuration:   4 * time.Second,
		RenewDeadline:   3 * time.Second,
		RetryPeriod:     500 * time.Millisecond,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: func(context.Context) { leaders <- name },
			OnStoppedLeading: func() {},
		},
	})
}
