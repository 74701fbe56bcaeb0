package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"
)

const (
	mutatePath   = "/mutate"
	validatePath = "/validate"
	definition   = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: tanks.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: tanks, singular: tank, kind: Tank, listKind: TankList}
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}}
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [level]
            properties:
              level: {type: integer, minimum: 0}
              limit: {type: integer, default: 100}
              colour:
                type: string
                maxLength: 20
                x-kubernetes-validations:
                - {rule: self == oldSelf, message: colour stays}
            x-kubernetes-validations:
            - rule: self.level <= self.limit
              messageExpression: "'level %d is beyond %d'.format([self.level, self.limit])"
          status:
            type: object
            properties:
              filled: {type: boolean}
              observedGeneration: {type: integer}
`
)

// define makes the custom kind, and waits until it is served.
func define(ctx context.Context, c client.Client) error {
	wanted := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(definition), &wanted.Object); err != nil {
		return err
	}
	if err := c.Create(ctx, wanted); err != nil && !apierrors.IsAlreadyExists(err) {
		return err
	}
	return until(ctx, "the definition", func() (bool, error) {
		return c.List(ctx, &TankList{}) == nil, nil
	})
}

// hooks is where the webhooks of one namespace are called.
type hooks struct {
	namespace string
	directory string
	port      int
	authority []byte
}

// newHooks finds a free port and makes a certificate for it.
func newHooks(namespace string) (*hooks, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer listener.Close()
	directory, err := os.MkdirTemp("", "operator")
	if err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "operator"},
		NotBefore:             time.Now().Add(-time.Minute),
		NotAfter:              time.Now().Add(time.Hour),
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA:                  true,
		BasicConstraintsValid: true,
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	h := &hooks{
		namespace: namespace,
		directory: directory,
		port:      listener.Addr().(*net.TCPAddr).Port,
		authority: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate}),
	}
	if err := os.WriteFile(filepath.Join(directory, "tls.crt"), h.authority, 0o600); err != nil {
		return nil, err
	}
	private = pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})
	return h, os.WriteFile(filepath.Join(directory, "tls.key"), private, 0o600)
}

func (h *hooks) close() {
	os.RemoveAll(h.directory)
}

// register tells the server of the webhooks, for objects of the one namespace.
func (h *hooks) register(ctx context.Context, c client.Client) error {
	none := admissionv1.SideEffectClassNone
	rules := []admissionv1.RuleWithOperations{{
		Operations: []admissionv1.OperationType{admissionv1.Create, admissionv1.Update},
		Rule: admissionv1.Rule{
			APIGroups: []string{version.Group}, APIVersions: []string{version.Version},
			Resources: []string{"tanks"},
		},
	}}
	here := &metav1.LabelSelector{
		MatchLabels: map[string]string{"kubernetes.io/metadata.name": h.namespace},
	}
	name := metav1.ObjectMeta{Name: h.namespace}
	if err := c.Create(ctx, &admissionv1.MutatingWebhookConfiguration{
		ObjectMeta: name,
		Webhooks: []admissionv1.MutatingWebhook{{
			Name: "mutate.tanks.example.com", ClientConfig: h.at(mutatePath), Rules: rules,
			NamespaceSelector: here, SideEffects: &none, AdmissionReviewVersions: []string{"v1"},
		}},
	}); err != nil {
		return err
	}
	return c.Create(ctx, &admissionv1.ValidatingWebhookConfiguration{
		ObjectMeta: name,
		Webhooks: []admissionv1.ValidatingWebhook{{
			Name: "validate.tanks.example.com", ClientConfig: h.at(validatePath), Rules: rules,
			NamespaceSelector: here, SideEffects: &none, AdmissionReviewVersions: []string{"v1"},
		}},
	})
}

func (h *hooks) at(path string) admissionv1.WebhookClientConfig {
	url := fmt.Sprintf("https://127.0.0.1:%d%s", h.port, path)
	return admissionv1.WebhookClientConfig{URL: &url, CABundle: h.authority}
}

// await returns once somebody listens.
func (h *hooks) await(ctx context.Context) error {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(h.authority)
	dialer := &tls.Dialer{Config: &tls.Config{RootCAs: roots}}
	return until(ctx, "the webhooks", func() (bool, error) {
		connection, err := dialer.DialContext(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", h.port))
		if err != nil {
			return false, nil
		}
		return true, connection.Close()
	})
}

// warnings keeps what the server warned of.
type warnings struct {
	lock sync.Mutex
	said []string
}

// HandleWarningHeader is called by the client.
func (w *warnings) HandleWarningHeader(_ int, _ string, text string) {
	w.lock.Lock()
	defer w.lock.Unlock()
	w.said = append(w.said, text)
}

func (w *warnings) heard(text string) bool {
	return slices.Contains(w.all(), text)
}

func (w *warnings) all() []string {
	w.lock.Lock()
	defer w.lock.Unlock()
	return slices.Clone(w.said)
}
