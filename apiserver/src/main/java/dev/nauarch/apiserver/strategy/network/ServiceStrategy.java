package dev.nauarch.apiserver.strategy.network;

import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.port.Reservation;
import dev.nauarch.apiserver.port.Strategy;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** What is peculiar to services: above all that they are given a cluster address and node ports. */
public final class ServiceStrategy implements Strategy {

  private final ServiceAllocator allocator;
  private final ServiceDefaults defaults;

  /** Services that take their addresses and ports from here. */
  public ServiceStrategy(ServiceAllocator allocator) {
    this.allocator = allocator;
    this.defaults = new ServiceDefaults(allocator.family());
  }

  @Override
  public void prepareForCreate(ObjectNode object, User user) {
    object.putObject("status").putObject("loadBalancer");
    defaults.fill(object, object.objectNode());
  }

  @Override
  public void prepareForUpdate(ObjectNode object, ObjectNode old, String subresource, User user) {
    if (subresource.isEmpty()) {
      ServiceChanges.keep(object, old);
    }
    defaults.fill(object, old);
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    return validateUpdate(object, object.objectNode(), "");
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old, String subresource) {
    var problems = new Problems();
    var service = Field.of(object);
    var oldSpec = Field.of(old).at("spec");
    if (subresource.equals("status")) {
      ServiceRules.status(problems, service, Field.of(old));
    } else if (subresource.isEmpty()) {
      var spec = service.at("spec");
      if (!old.isEmpty()) {
        ServiceAddressRules.change(problems, spec, oldSpec);
        ServiceRules.change(problems, spec, oldSpec);
      }
      ServiceRules.check(problems, service, oldSpec);
      if (problems.errors().isEmpty()) {
        ServiceAddressRules.available(problems, spec, oldSpec, allocator.family());
      }
    }
    return problems.errors();
  }

  @Override
  public List<String> warnings(ObjectNode object, ObjectNode old) {
    return ServiceWarnings.of(Field.of(object));
  }

  @Override
  public boolean allowsCreateOnUpdate() {
    return true;
  }

  @Override
  public Reservation reserve(ObjectNode object, ObjectNode old) {
    return allocator.reserve(object, old);
  }

  @Override
  public void released(ObjectNode object) {
    allocator.release(object);
  }

  /** Whether services of a type have a port on every node. */
  static boolean takesNodePorts(String type) {
    return type.equals("NodePort") || type.equals("LoadBalancer");
  }
}
