package dev.nauarch.apiserver;

import dev.nauarch.api.catalog.InactiveFields;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.api.catalog.Schema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** Valid objects that set one field of a kind to a value that asks for something. */
public final class SampleObjects {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** The smallest valid object of each kind that has such fields, without its name. */
  private static final Map<String, String> OBJECTS = new LinkedHashMap<>();

  /** What an item of a list needs beside the field in question, by the list's name. */
  private static final Map<String, String> ITEMS = new LinkedHashMap<>();

  /** Fields that only a service of this type may set. */
  private static final List<String> OF_BALANCERS =
      List.of(
          "spec.loadBalancerSourceRanges", "spec.loadBalancerClass", "spec.healthCheckNodePort");

  /** Values that no schema tells, by the end of a field's path. */
  private static final Map<String, String> VALUES = new LinkedHashMap<>();

  static {
    var pod =
        "{'restartPolicy':'%s','containers':[{'name':'c','image':'host'}],"
            + "'initContainers':[{'name':'i','image':'host','restartPolicy':'Always'}],"
            + "'volumes':[{'name':'v'},{'name':'d','persistentVolumeClaim':{'claimName':'c'}}]}";
    var never = pod.formatted("Never");
    var template = "{'metadata':{'labels':{'a':'b'}},'spec':" + pod.formatted("Always") + "}";
    var serving = "{'spec':{'selector':{'matchLabels':{'a':'b'}},'template':" + template + "}}";
    var job = "{'spec':{'template':{'spec':" + never + "}}}";
    OBJECTS.put("Pod", "{'spec':" + never + "}");
    OBJECTS.put("PodTemplate", "{'template':" + template + "}");
    OBJECTS.put("Deployment", serving);
    OBJECTS.put("ReplicaSet", serving);
    OBJECTS.put(
        "StatefulSet",
        "{'spec':{'volumeClaimTemplates':[{'metadata':{'name':'w'},'spec':{'accessModes':"
            + "['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}],"
            + serving.substring("{'spec':{".length()));
    OBJECTS.put("DaemonSet", serving);
    OBJECTS.put("ReplicationController", "{'spec':{'template':" + template + "}}");
    OBJECTS.put("ControllerRevision", "{'revision':1,'data':{'a':1}}");
    OBJECTS.put("CronJob", "{'spec':{'schedule':'@daily','jobTemplate':" + job + "}}");
    OBJECTS.put(
        "HorizontalPodAutoscaler",
        "{'spec':{'maxReplicas':2,"
            + "'scaleTargetRef':{'apiVersion':'apps/v1','kind':'Deployment','name':'d'}}}");
    OBJECTS.put(
        "Ingress", "{'spec':{'defaultBackend':{'service':{'name':'s','port':{'number':1}}}}}");
    OBJECTS.put("IngressClass", "{'spec':{'controller':'a.b/c'}}");
    OBJECTS.put("IPAddress", "{'spec':{'parentRef':{'resource':'services','name':'s'}}}");
    OBJECTS.put("NetworkPolicy", "{'spec':{'podSelector':{'matchLabels':{'a':'b'}}}}");
    OBJECTS.put("ServiceCIDR", "{'spec':{'cidrs':['10.10.0.0/16']}}");
    OBJECTS.put("Job", job);
    OBJECTS.put("JobSet", "{'spec':{'replicatedJobs':[{'name':'w','template':" + job + "}]}}");
    OBJECTS.put(
        "Workload",
        "{'spec':{'podSets':[{'name':'main','count':1,'template':{'spec':" + never + "}}]}}");
    OBJECTS.put("Service", "{'spec':{'ports':[{'port':80}]}}");
    OBJECTS.put("ServiceAccount", "{}");
    OBJECTS.put("Node", "{}");
    OBJECTS.put(
        "PersistentVolume",
        "{'spec':{'capacity':{'storage':'1Gi'},'accessModes':['ReadWriteOnce'],"
            + "'local':{'path':'/x'},'nodeAffinity':{'required':{'nodeSelectorTerms':[{"
            + "'matchExpressions':[{'key':'a','operator':'Exists'}]}]}}}}");
    OBJECTS.put(
        "PersistentVolumeClaim",
        "{'spec':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}");
    OBJECTS.put("EndpointSlice", "{'addressType':'IPv4','endpoints':[{'addresses':['10.1.1.1']}]}");
    OBJECTS.put("Endpoints", "{}");
    OBJECTS.put("Lease", "{'spec':{}}");
    OBJECTS.put("StorageClass", "{'provisioner':'a.b/c'}");
    OBJECTS.put(
        "scheduling.k8s.io/Workload",
        "{'spec':{'podGroupTemplates':[{'name':'a','schedulingPolicy':{'basic':{}}}]}}");
    OBJECTS.put("CSIDriver", "{'spec':{}}");
    OBJECTS.put("CSINode", "{'spec':{'drivers':[{'name':'a.b','nodeID':'i'}]}}");
    OBJECTS.put("CSIStorageCapacity", "{'storageClassName':'s'}");
    OBJECTS.put(
        "VolumeAttachment",
        "{'spec':{'attacher':'a.b','nodeName':'n','source':{'persistentVolumeName':'v'}}}");
    OBJECTS.put("VolumeAttributesClass", "{'driverName':'a.b','parameters':{'a':'b'}}");
    OBJECTS.put("RuntimeClass", "{'handler':'x'}");
    OBJECTS.put("DeviceClass", "{'spec':{'selectors':[{'cel':{'expression':'true'}}]}}");
    var devices = "{'devices':{'requests':[{'name':'r','exactly':{'deviceClassName':'d'}}]}}";
    OBJECTS.put("ResourceClaim", "{'spec':" + devices + "}");
    OBJECTS.put("ResourceClaimTemplate", "{'spec':{'spec':" + devices + "}}");
    OBJECTS.put(
        "ResourceSlice",
        "{'spec':{'driver':'a.b','allNodes':true,"
            + "'pool':{'name':'p','generation':1,'resourceSliceCount':1}}}");
    OBJECTS.put("DeviceTaintRule", "{'spec':{'taint':{'key':'a','effect':'NoExecute'}}}");
    OBJECTS.put(
        "FlowSchema",
        "{'spec':{'priorityLevelConfiguration':{'name':'l'},'rules':[{'subjects':[{'kind':'User',"
            + "'user':{'name':'u'}}],'nonResourceRules':[{'verbs':['*'],"
            + "'nonResourceURLs':['*']}]}]}}");
    OBJECTS.put(
        "PriorityLevelConfiguration",
        "{'spec':{'type':'Limited','limited':{'limitResponse':{'type':'Reject'}}}}");
    OBJECTS.put("StorageVersionMigration", "{'spec':{'resource':{'resource':'pods'}}}");
    var target = "'target':{'pod':{'name':'p','uid':'01234567-89ab-cdef-0123-456789abcdef'}}";
    OBJECTS.put("lifecycle.k8s.io/Eviction", "{'spec':{" + target + "}}");
    OBJECTS.put(
        "EvictionRequest", "{'spec':{" + target + ",'requester':'a.b/c','intent':'Eviction'}}");
    OBJECTS.put(
        "PodGroup",
        "{'spec':{'priorityClassName':'gentle','schedulingPolicy':{'gang':{'minCount':1}}}}");
    OBJECTS.put(
        "CustomResourceDefinition",
        "{'spec':{'group':'x.example.com','scope':'Namespaced','names':{'plural':'xs','kind':'X'},"
            + "'versions':[{'name':'v1','served':true,'storage':true,"
            + "'schema':{'openAPIV3Schema':{'type':'object'}}}]}}");
    OBJECTS.put(
        "ValidatingAdmissionPolicy",
        "{'spec':{'matchConstraints':{'resourceRules':[{'operations':['*'],'apiGroups':['x'],"
            + "'apiVersions':['*'],'resources':['*']}]},'validations':[{'expression':'true'}]}}");
    OBJECTS.put(
        "ValidatingAdmissionPolicyBinding",
        "{'spec':{'policyName':'p','validationActions':['Deny']}}");
    OBJECTS.put("ClusterQueue", "{'spec':{}}");
    OBJECTS.put("LocalQueue", "{'spec':{'clusterQueue':'q'}}");
    OBJECTS.put("ResourceFlavor", "{'spec':{}}");
    OBJECTS.put("GatewayClass", "{'spec':{'controllerName':'a.b/c'}}");
    OBJECTS.put(
        "Gateway",
        "{'spec':{'gatewayClassName':'g',"
            + "'listeners':[{'name':'l','port':80,'protocol':'HTTP'}]}}");
    OBJECTS.put("HTTPRoute", "{'spec':{'rules':[{'backendRefs':[{'name':'b','port':80}]}]}}");
    OBJECTS.put(
        "InferencePool",
        "{'spec':{'selector':{'matchLabels':{'a':'b'}},'targetPorts':[{'number':80}]}}");

    ITEMS.put("ports", "{'containerPort':80}");
    ITEMS.put("env", "{'name':'E'}");
    ITEMS.put("volumeMounts", "{'name':'v','mountPath':'/v','readOnly':true}");
    ITEMS.put("resizePolicy", "{'resourceName':'cpu'}");
    ITEMS.put("resourceGroups", "{'coveredResources':['cpu'],'flavors':[]}");
    ITEMS.put("flavors", "{'name':'f','resources':[]}");
    ITEMS.put("resources", "{'name':'cpu','nominalQuota':'1'}");
    ITEMS.put("kinds", "{}");
    ITEMS.put("filters", "{'type':'RequestRedirect'}");
    ITEMS.put("rules", "{}");
    ITEMS.put("devices", "{'name':'d'}");
    ITEMS.put("taints", "{'key':'a'}");
    ITEMS.put("tolerations", "{'key':'a','operator':'Exists','effect':'NoExecute'}");
    ITEMS.put("firstAvailable", "{'name':'f','deviceClassName':'d'}");

    VALUES.put("subsets", "[{'addresses':[{'ip':'10.9.9.9'}],'ports':[{'port':80}]}]");
    VALUES.put("auditAnnotations", "[{'key':'k','valueExpression':'string(1)'}]");
    VALUES.put("sizeLimit", "'1Gi'");
    VALUES.put("seccompProfile.type", "'RuntimeDefault'");
    VALUES.put("appArmorProfile.type", "'RuntimeDefault'");
    VALUES.put("procMount", "'Unmasked'");
    VALUES.put("os.name", "'windows'");
    VALUES.put("fileKeyRef", "{'volumeName':'v','path':'p','key':'k'}");
    VALUES.put("recursiveReadOnly", "'Enabled'");
    VALUES.put("resizePolicy[].restartPolicy", "'RestartContainer'");
    VALUES.put("supplementalGroupsPolicy", "'Merge'");
    VALUES.put("volumeMode", "'Block'");
    VALUES.put(
        "ephemeral",
        "{'volumeClaimTemplate':{'spec':{'accessModes':['ReadWriteOnce'],"
            + "'resources':{'requests':{'storage':'1Gi'}}}}}");
    VALUES.put("externalIPs", "['10.9.9.9']");
    VALUES.put("loadBalancerSourceRanges", "['10.9.0.0/16']");
    VALUES.put("ipFamilyPolicy", "'RequireDualStack'");
    VALUES.put("healthCheckNodePort", "32000");
    VALUES.put("loadBalancerClass", "'a.b/c'");
    VALUES.put("trafficDistribution", "'PreferClose'");
    VALUES.put("sessionAffinity", "'ClientIP'");
    VALUES.put("preemptionPolicy", "'Never'");
    VALUES.put("resourceClaims", "[{'name':'r','resourceClaimName':'n'}]");
    VALUES.put("volumeDevices", "[{'name':'d','devicePath':'/d'}]");
    VALUES.put("claims", "[{'name':'r'}]");
    VALUES.put("endpointPickerRef", "{'name':'p','port':{'number':80}}");
    VALUES.put("listeners[].protocol", "'HTTPS'");
    VALUES.put("extendedResourceName", "'a.b/c'");
    VALUES.put("kinds[].kind", "'GRPCRoute'");
  }

  private SampleObjects() {}

  /** The smallest valid object of a kind, where that is known; one with a name alone otherwise. */
  public static ObjectNode of(Kind kind) {
    var named = OBJECTS.getOrDefault(kind.kind(), "{}");
    var object = (ObjectNode) read(OBJECTS.getOrDefault(kind.group() + "/" + kind.kind(), named));
    object.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
    var name =
        switch (kind.kind()) {
          case "CustomResourceDefinition" -> "xs.x.example.com";
          case "IPAddress" -> "10.10.0.1";
          default -> "sample";
        };
    object.withObject("metadata").put("name", name);
    return object;
  }

  /** An object of a kind that sets a field. */
  static ObjectNode with(Kind kind, InactiveFields.Field field) {
    var object = of(kind);
    if (object.has(field.path())) {
      // The kind has nobody who acts upon it, and its smallest object asks for something already.
      return object;
    }
    set(object, field.path(), value(field));
    boolean isSource = field.schema().definition().endsWith("VolumeSource");
    if (isSource && object.path("spec") instanceof ObjectNode spec) {
      // One source is all that a volume may have.
      spec.remove("local");
    }
    if (field.path().contains("firstAvailable[]")) {
      // A request has alternatives or is exact.
      object.findParent("exactly").remove("exactly");
    }
    if (field.path().equals("spec.conversion.strategy")) {
      var webhook = "{'conversionReviewVersions':['v1'],'clientConfig':{'url':'https://a.b/c'}}";
      object.withObject("spec").withObject("conversion").set("webhook", read(webhook));
    }
    if (field.path().startsWith("spec.ipFamil")) {
      // Only where others choose the addresses may they be of a family that the cluster has not.
      object.withObject("spec").put("clusterIP", "None");
    }
    if (OF_BALANCERS.contains(field.path())) {
      var spec = object.withObject("spec");
      spec.put("type", "LoadBalancer").put("externalTrafficPolicy", "Local");
    }
    return object;
  }

  private static void set(ObjectNode object, String path, JsonNode value) {
    JsonNode at = object;
    var steps = path.split("\\.", -1);
    for (int i = 0; i < steps.length; i++) {
      boolean isLast = i == steps.length - 1;
      var step = steps[i];
      if (step.endsWith("[]")) {
        at = item((ObjectNode) at, step.substring(0, step.length() - 2));
      } else if (isLast) {
        ((ObjectNode) at).set(step, value);
      } else {
        at = ((ObjectNode) at).withObjectProperty(step);
      }
    }
  }

  private static ObjectNode item(ObjectNode holder, String list) {
    var items = holder.withArrayProperty(list);
    if (items.isEmpty()) {
      items.add(read(ITEMS.getOrDefault(list, "{}")));
    }
    return (ObjectNode) items.path(0);
  }

  private static JsonNode value(InactiveFields.Field field) {
    return VALUES.entrySet().stream()
        .filter(entry -> ("." + field.path()).endsWith("." + entry.getKey()))
        .map(entry -> read(entry.getValue()))
        .findFirst()
        .orElseGet(() -> value(field.schema(), field.mark()));
  }

  private static JsonNode value(Schema schema, Schema.Inactive mark) {
    if (!mark.only().isEmpty()) {
      return schema.type() == Schema.Type.ARRAY
          ? NODES.arrayNode().add(mark.only().getFirst())
          : mark.only().getFirst();
    }
    if (mark.unless().contains(BooleanNode.TRUE)) {
      return BooleanNode.FALSE;
    }
    return schema.enumeration().stream()
        .filter(each -> !mark.unless().contains(each))
        .filter(each -> schema.defaultValue().filter(each::equals).isEmpty())
        .findFirst()
        .orElseGet(() -> any(schema));
  }

  private static JsonNode any(Schema schema) {
    return switch (schema.type()) {
      case STRING -> StringNode.valueOf(schema.definition().endsWith("Quantity") ? "1" : "x");
      case INTEGER, NUMBER, INT_OR_STRING, ANY -> IntNode.valueOf(1);
      case BOOLEAN -> BooleanNode.TRUE;
      case ARRAY -> {
        ArrayNode array = NODES.arrayNode();
        schema.items().ifPresent(items -> array.add(any(items)));
        yield array;
      }
      case OBJECT -> {
        var object = NODES.objectNode();
        schema.required().forEach(name -> put(object, schema, name));
        if (object.isEmpty()) {
          schema.propertyNames().stream().findFirst().ifPresent(name -> put(object, schema, name));
        }
        if (object.isEmpty()) {
          object.put("x", "x");
        }
        yield object;
      }
    };
  }

  private static void put(ObjectNode object, Schema schema, String name) {
    var form = schema.property(name).orElseThrow();
    object.set(name, form.enumeration().isEmpty() ? any(form) : form.enumeration().getFirst());
  }

  private static JsonNode read(String text) {
    return JsonMapper.shared().readTree(text.replace('\'', '"'));
  }
}
