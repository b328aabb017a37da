import { type ExceptionName } from '../../protocol/exceptions.ts';

/** What a call has thrown: a class, perhaps with that of its cause, see `causedBy`. */
export type Thrown = ExceptionName;

const causeMark = ' caused by ';

export function causedBy(exception: ExceptionName, cause: Thrown): Thrown {
  return `${exception}${causeMark}${className(cause)}`;
}

/** The class of an exception, without its cause. */
export function className(thrown: Thrown): ExceptionName {
  const [name = ''] = thrown.split(causeMark);
  return name;
}
