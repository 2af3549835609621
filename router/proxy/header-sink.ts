import { type FieldName, fieldNameOf } from '@fairline/shared/plain-gets/field-names.ts';

/** Where the headers of a message go, one after the other. */
export type HeaderSink = { add(field: FieldName, value: string): void };

/** Takes several at once as well, as they stand on the wire, each with the line end before it. */
export type LineSink = HeaderSink & { addLines(lines: string): void };

/** Name, value, name, value … */
export class HeaderList implements LineSink {
  readonly headers: string[] = [];

  add({ name }: FieldName, value: string): void {
    this.headers.push(name, value);
  }

  addLines(lines: string): void {
    for (const line of lines.split('\r\n')) {
      const colon = line.indexOf(': ');
      if (colon !== -1) this.add(fieldNameOf(line.slice(0, colon)), line.slice(colon + 2));
    }
  }
}

/** As they stand on the wire, without the last line end. */
export class HeaderText implements LineSink {
  text: string;

  /** @param start the line before them */
  constructor(start: string) {
    this.text = start;
  }

  add({ lineStart }: FieldName, value: string): void {
    this.text += lineStart + value;
  }

  addLines(lines: string): void {
    this.text += lines;
  }
}
