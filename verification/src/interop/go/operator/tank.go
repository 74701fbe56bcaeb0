package main

import (
	"context"
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

const (
	finalizer = "example.com/drain"
	unlucky   = 13
)

var version = schema.GroupVersion{Group: "example.com", Version: "v1"}

// Tank is the custom kind.
type Tank struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   TankSpec   `json:"spec"`
	Status TankStatus `json:"status,omitempty"`
}

// TankSpec is what is wanted.
type TankSpec struct {
	Level  int    `json:"level"`
	Limit  int    `json:"limit,omitempty"`
	Colour string `json:"colour,omitempty"`
}

// TankStatus is what is.
type TankStatus struct {
	Filled             bool  `json:"filled,omitempty"`
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`
}

// DeepCopyObject copies it.
func (t *Tank) DeepCopyObject() runtime.Object {
	copied := *t
	t.ObjectMeta.DeepCopyInto(&copied.ObjectMeta)
	return &copied
}

// TankList is what a list answers.
type TankList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []Tank `json:"items"`
}

// DeepCopyObject copies it.
func (l *TankList) DeepCopyObject() runtime.Object {
	copied := TankList{TypeMeta: l.TypeMeta, ListMeta: *l.ListMeta.DeepCopy()}
	for i := range l.Items {
		copied.Items = append(copied.Items, *l.Items[i].DeepCopyObject().(*Tank))
	}
	return &copied
}

func addToScheme(scheme *runtime.Scheme) {
	scheme.AddKnownTypes(version, &Tank{}, &TankList{})
	metav1.AddToGroupVersion(scheme, version)
}

// defaulter fills in what is left out.
type defaulter struct{}

func (defaulter) Default(_ context.Context, tank *Tank) error {
	if tank.Spec.Colour == "" {
		tank.Spec.Colour = "red"
	}
	return nil
}

// validator refuses one level, and wonders at another.
type validator struct{}

func (validator) ValidateCreate(_ context.Context, tank *Tank) (admission.Warnings, error) {
	if tank.Spec.Level == unlucky {
		return nil, errors.New("thirteen brings no luck")
	}
	if tank.Spec.Level == 0 {
		return admission.Warnings{"the tank is empty"}, nil
	}
	return nil, nil
}

func (v validator) ValidateUpdate(
	ctx context.Context, _, tank *Tank,
) (admission.Warnings, error) {
	return v.ValidateCreate(ctx, tank)
}

func (validator) ValidateDelete(context.Context, *Tank) (admission.Warnings, error) {
	return nil, nil
}

// reconciler gives each tank a ConfigMap, and says so in its status.
type reconciler struct {
	client.Client
}

func (r *reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	var tank Tank
	if err := r.Get(ctx, request.NamespacedName, &tank); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if !tank.DeletionTimestamp.IsZero() {
		if controllerutil.RemoveFinalizer(&tank, finalizer) {
			return ctrl.Result{}, client.IgnoreNotFound(r.Update(ctx, &tank))
		}
		return ctrl.Result{}, nil
	}
	if controllerutil.AddFinalizer(&tank, finalizer) {
		if err := r.Update(ctx, &tank); err != nil {
			return ctrl.Result{}, err
		}
	}
	content := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: tank.Name, Namespace: tank.Namespace},
	}
	_, err := controllerutil.CreateOrUpdate(ctx, r.Client, content, func() error {
		content.Data = map[string]string{"level": fmt.Sprint(tank.Spec.Level)}
		return controllerutil.SetControllerReference(&tank, content, r.Scheme())
	})
	if err != nil {
		return ctrl.Result{}, err
	}
	tank.Status = TankStatus{Filled: true, ObservedGeneration: tank.Generation}
	return ctrl.Result{}, r.Status().Update(ctx, &tank)
}
