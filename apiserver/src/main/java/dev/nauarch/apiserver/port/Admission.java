package dev.nauarch.apiserver.port;

/**
 * Changes and checks writes. Both methods throw {@link dev.nauarch.api.ApiException} to refuse, and
 * may be called more than once for one request, when the object changed meanwhile.
 */
public interface Admission {

  /** Nobody is asked. */
  Admission NONE =
      new Admission() {
        @Override
        public void mutate(AdmissionRequest request) {}

        @Override
        public void validate(AdmissionRequest request) {}
      };

  /** Changes the request's object in place; called before validation. */
  void mutate(AdmissionRequest request);

  /** Looks at the object as it will be stored; called after validation, must not change it. */
  void validate(AdmissionRequest request);
}
