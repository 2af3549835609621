import Type from 'typebox';

/** Body of every error answer. `code` is stable and listed in docs/errors.md. */
export const ErrorBody = Type.Object({
  statusCode: Type.Integer(),
  code: Type.String(),
  error: Type.String({ description: 'the reason phrase of the status' }),
  message: Type.String(),
  requestId: Type.String(),
});

export type ErrorBody = Type.Static<typeof ErrorBody>;
