/** Where the headers of a message go, one after the other. */
export type HeaderSink = { add(name: string, value: string): void };

/** Takes several at once as well, as they stand on the wire, each with its line end. */
export type LineSink = HeaderSink & { addLines(lines: string): void };

/** Name, value, name, value … */
export class HeaderList implements LineSink {
  readonly headers: string[] = [];

  add(name: string, value: string): void {
    this.headers.push(name, value);
  }

  addLines(lines: string): void {
    for (const line of lines.split('\r\n')) {
      const colon = line.indexOf(': ');
      if (colon !== -1) this.add(line.slice(0, colon), line.slice(colon + 2));
    }
  }
}

/** As they stand on the wire. */
export class HeaderText implements LineSink {
  text: string;

  /** @param start what stands before them */
  constructor(start: string) {
    this.text = start;
  }

  add(name: string, value: string): void {
    this.text += `${name}: ${value}\r\n`;
  }

  addLines(lines: string): void {
    this.text += lines;
  }
}
