package dev.nauarch.verification.interop;

/** Objects that several suites send. */
final class Manifests {
  /** A custom kind with a schema, columns, status and scale. */
  static final String GAUGE_DEFINITION =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: gauges.example.com}
      spec:
        group: example.com
        scope: Namespaced
        names: {plural: gauges, singular: gauge, kind: Gauge, shortNames: [gg]}
        versions:
        - name: v1
          served: true
          storage: true
          subresources:
            status: {}
            scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas}
          additionalPrinterColumns:
          - {name: Level, type: integer, jsonPath: .spec.level}
          schema:
            openAPIV3Schema:
              description: Shows how full something is.
              type: object
              properties:
                spec:
                  type: object
                  required: [level]
                  properties:
                    level: {type: integer, minimum: 0, maximum: 100, description: How full it is.}
                    unit: {type: string, default: percent}
                    replicas: {type: integer}
                    marks:
                      type: array
                      x-kubernetes-list-type: map
                      x-kubernetes-list-map-keys: [at]
                      items:
                        type: object
                        required: [at]
                        properties: {at: {type: integer}, text: {type: string}}
                status:
                  type: object
                  properties: {replicas: {type: integer}, phase: {type: string}}
      """;

  /** A gauge. */
  static final String GAUGE =
      """
      apiVersion: example.com/v1
      kind: Gauge
      metadata: {name: tank}
      spec: {level: 10, replicas: 1, marks: [{at: 50, text: half}]}
      """;

  /** A deployment of two pods, and its service. */
  static final String WEB =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        replicas: 2
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec:
            terminationGracePeriodSeconds: 1
            containers:
            - name: main
              image: host
              command: [sh, -c, 'echo started; exec sleep 3600']
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec:
        selector: {app: web}
        ports: [{port: 80, targetPort: 8080}]
      """;

  /** A JobSet of two workers that go through the default queue. */
  static final String JOB_SET =
      """
      apiVersion: jobset.x-k8s.io/v1alpha2
      kind: JobSet
      metadata:
        name: train
        labels: {kueue.x-k8s.io/queue-name: default}
      spec:
        replicatedJobs:
        - name: workers
          replicas: 1
          template:
            spec:
              parallelism: 2
              completions: 2
              completionMode: Indexed
              backoffLimit: 0
              template:
                spec:
                  restartPolicy: Never
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: main
                    image: host
                    command: [sh, -c, 'echo rank $JOB_COMPLETION_INDEX; exec sleep 1']
                    resources: {requests: {cpu: 100m}}
      """;

  private Manifests() {}

  /** A pod of one container that runs a line of shell. */
  static String pod(String name, String script) {
    return """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s, labels: {app: %s}}
        spec:
          restartPolicy: Never
          terminationGracePeriodSeconds: 1
          containers:
          - name: main
            image: host
            command: [sh, -c, '%s']
        """
        .formatted(name, name, script);
  }
}
