/** Something the user has to put right. The launcher prints each line and ends with exit code 1, without a stack. */
export class LaunchProblem extends Error {
  readonly lines: readonly string[];

  constructor(lines: string | readonly string[], options?: ErrorOptions) {
    const list = typeof lines === 'string' ? [lines] : lines;
    super(list.join('\n'), options);
    this.name = 'LaunchProblem';
    this.lines = list;
  }
}
