/**
 * What in Kafka is an unexpected exception on the controller's thread: the caller gets
 * UNKNOWN_SERVER_ERROR and the controller resigns (`EventHandlerExceptionInfo`). It is part of the
 * modelled behaviour, not a defect of the model.
 */
export class ControllerFault extends Error {
  override readonly name = 'ControllerFault';
}
