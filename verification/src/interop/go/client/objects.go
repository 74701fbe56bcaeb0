package main

import (
	"context"
	"fmt"

	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	apply "k8s.io/client-go/applyconfigurations/core/v1"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/util/retry"
)

func configMap(name string) *core.ConfigMap {
	return &core.ConfigMap{
		ObjectMeta: meta.ObjectMeta{Name: name, Labels: map[string]string{"of": "go"}},
		Data:       map[string]string{"a": "x"},
		BinaryData: map[string][]byte{"b": {0, 1, 255}},
	}
}

func pod(name string) *core.Pod {
	grace := int64(1)
	return &core.Pod{
		ObjectMeta: meta.ObjectMeta{Name: name, Labels: map[string]string{"of": "go"}},
		Spec: core.PodSpec{
			RestartPolicy:                 core.RestartPolicyNever,
			TerminationGracePeriodSeconds: &grace,
			Containers: []core.Container{{
				Name:    "main",
				Image:   "host",
				Command: []string{"sleep", "3600"},
				Resources: core.ResourceRequirements{
					Requests: core.ResourceList{core.ResourceCPU: resource.MustParse("10m")},
				},
			}},
		},
	}
}

// typed writes objects in every way that a typed client has, and reads what it wrote.
func typed(ctx context.Context, config *rest.Config, namespace string) error {
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	maps := client.CoreV1().ConfigMaps(namespace)
	created, err := maps.Create(ctx, configMap("typed"), meta.CreateOptions{})
	if err != nil {
		return err
	}
	if err := first(
		expect("data", "x", created.Data["a"]),
		expect("bytes", "\x00\x01\xff", string(created.BinaryData["b"])),
		expect("namespace", namespace, created.Namespace),
	); err != nil {
		return err
	}
	_, err = maps.Create(ctx, configMap("typed"), meta.CreateOptions{})
	if !errors.IsAlreadyExists(err) {
		return fmt.Errorf("a second creation: %v", err)
	}
	created.Data["a"] = "y"
	updated, err := maps.Update(ctx, created, meta.UpdateOptions{})
	if err != nil {
		return err
	}
	if _, err = maps.Update(ctx, created, meta.UpdateOptions{}); !errors.IsConflict(err) {
		return fmt.Errorf("an update of an old version: %v", err)
	}
	patched, err := maps.Patch(ctx, "typed", types.StrategicMergePatchType,
		[]byte(`{"data":{"c":"z"}}`), meta.PatchOptions{})
	if err != nil {
		return err
	}
	applied, err := maps.Apply(ctx,
		apply.ConfigMap("typed", namespace).WithData(map[string]string{"d": "applied"}),
		meta.ApplyOptions{FieldManager: "go-client"})
	if err != nil {
		return err
	}
	if err := first(
		expect("updated", "y", updated.Data["a"]),
		expect("patched", "z", patched.Data["c"]),
		expect("applied", "applied", applied.Data["d"]),
		expect("kept", "y", applied.Data["a"]),
	); err != nil {
		return err
	}
	if err := jobs(ctx, client, namespace); err != nil {
		return err
	}
	if err := maps.Delete(ctx, "typed", meta.DeleteOptions{}); err != nil {
		return err
	}
	if _, err = maps.Get(ctx, "typed", meta.GetOptions{}); !errors.IsNotFound(err) {
		return fmt.Errorf("a read after the deletion: %v", err)
	}
	return nil
}

// jobs makes a job whose zero is a value, and changes its status as a controller would.
func jobs(ctx context.Context, client kubernetes.Interface, namespace string) error {
	jobs := client.BatchV1().Jobs(namespace)
	zero, one := int32(0), int32(1)
	job, err := jobs.Create(ctx, &batch.Job{
		ObjectMeta: meta.ObjectMeta{GenerateName: "typed-"},
		Spec: batch.JobSpec{
			BackoffLimit: &zero,
			Completions:  &one,
			Template:     core.PodTemplateSpec{Spec: pod("").Spec},
		},
	}, meta.CreateOptions{})
	if err != nil {
		return err
	}
	if err := first(
		expect("backoffLimit", 0, *job.Spec.BackoffLimit),
		expect("parallelism", 1, *job.Spec.Parallelism),
	); err != nil {
		return err
	}
	background := meta.DeletePropagationBackground
	err = retry.RetryOnConflict(retry.DefaultRetry, func() error {
		latest, err := jobs.Get(ctx, job.Name, meta.GetOptions{})
		if err != nil {
			return err
		}
		latest.Labels = map[string]string{"seen": "yes"}
		_, err = jobs.Update(ctx, latest, meta.UpdateOptions{})
		return err
	})
	if err != nil {
		return err
	}
	return jobs.Delete(ctx, job.Name, meta.DeleteOptions{PropagationPolicy: &background})
}

// lists reads lists in pages, by selectors, and deletes a collection.
func lists(ctx context.Context, config *rest.Config, namespace string) error {
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	maps := client.CoreV1().ConfigMaps(namespace)
	for i := range 5 {
		if _, err := maps.Create(ctx, configMap(fmt.Sprintf("list-%d", i)), meta.CreateOptions{}); err != nil {
			return err
		}
	}
	options := meta.ListOptions{LabelSelector: "of=go", Limit: 2}
	names, pages := "", 0
	for more := true; more; more = options.Continue != "" {
		page, err := maps.List(ctx, options)
		if err != nil {
			return err
		}
		for _, item := range page.Items {
			names += item.Name + "=" + item.Data["a"] + " "
		}
		options.Continue = page.Continue
		pages++
	}
	one, err := maps.List(ctx, meta.ListOptions{FieldSelector: "metadata.name=list-3"})
	if err != nil {
		return err
	}
	if err := first(
		expect("names", "list-0=x list-1=x list-2=x list-3=x list-4=x ", names),
		expect("pages", 3, pages),
		expect("by name", 1, len(one.Items)),
	); err != nil {
		return err
	}
	selector := meta.ListOptions{LabelSelector: "of=go"}
	if err := maps.DeleteCollection(ctx, meta.DeleteOptions{}, selector); err != nil {
		return err
	}
	rest, err := maps.List(ctx, selector)
	if err != nil {
		return err
	}
	return expect("left", 0, len(rest.Items))
}

// metadataOnly reads and patches what all objects have in common.
func metadataOnly(ctx context.Context, config *rest.Config, namespace string) error {
	typedClient, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	client, err := metadata.NewForConfig(config)
	if err != nil {
		return err
	}
	maps := typedClient.CoreV1().ConfigMaps(namespace)
	if _, err := maps.Create(ctx, configMap("metadata"), meta.CreateOptions{}); err != nil {
		return err
	}
	resources := schema.GroupVersionResource{Version: "v1", Resource: "configmaps"}
	objects := client.Resource(resources).Namespace(namespace)
	list, err := objects.List(ctx, meta.ListOptions{LabelSelector: "of=go"})
	if err != nil {
		return err
	}
	one, err := objects.Patch(ctx, "metadata", types.MergePatchType,
		[]byte(`{"metadata":{"labels":{"more":"yes"}}}`), meta.PatchOptions{})
	if err != nil {
		return err
	}
	if err := first(
		expect("listed", 1, len(list.Items)),
		expect("name", "metadata", list.Items[0].Name),
		expect("label", "yes", one.Labels["more"]),
	); err != nil {
		return err
	}
	return objects.Delete(ctx, "metadata", meta.DeleteOptions{})
}

// dynamicObjects finds a kind through discovery, and follows a JobSet to its end.
func dynamicObjects(ctx context.Context, config *rest.Config, namespace string) error {
	found, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return err
	}
	groups, err := restmapper.GetAPIGroupResources(found)
	if err != nil {
		return err
	}
	mapping, err := restmapper.NewDiscoveryRESTMapper(groups).
		RESTMapping(schema.GroupKind{Group: "jobset.x-k8s.io", Kind: "JobSet"})
	if err != nil {
		return err
	}
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	sets := client.Resource(mapping.Resource).Namespace(namespace)
	created, err := sets.Create(ctx, jobSet("dynamic"), meta.CreateOptions{})
	if err != nil {
		return err
	}
	events, err := sets.Watch(ctx, meta.ListOptions{
		FieldSelector:   "metadata.name=dynamic",
		ResourceVersion: created.GetResourceVersion(),
	})
	if err != nil {
		return err
	}
	defer events.Stop()
	for event := range events.ResultChan() {
		object, isObject := event.Object.(*unstructured.Unstructured)
		if !isObject || event.Type != watch.Modified {
			return fmt.Errorf("%s: %v", event.Type, event.Object)
		}
		state, _, _ := unstructured.NestedString(object.Object, "status", "terminalState")
		if state != "" {
			return first(
				expect("state", "Completed", state),
				sets.Delete(ctx, "dynamic", meta.DeleteOptions{}))
		}
	}
	return fmt.Errorf("the watch ended before the JobSet did: %v", ctx.Err())
}

func jobSet(name string) *unstructured.Unstructured {
	container := map[string]any{
		"name": "main", "image": "host", "command": []any{"true"},
	}
	template := map[string]any{
		"spec": map[string]any{"restartPolicy": "Never", "containers": []any{container}},
	}
	job := map[string]any{"parallelism": int64(2), "completions": int64(2), "template": template}
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "jobset.x-k8s.io/v1alpha2",
		"kind":       "JobSet",
		"metadata":   map[string]any{"name": name},
		"spec": map[string]any{"replicatedJobs": []any{map[string]any{
			"name": "workers", "replicas": int64(1), "template": map[string]any{"spec": job},
		}}},
	}}
}
