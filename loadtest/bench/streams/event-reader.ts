/**
 * Reads server-sent events piece by piece, however the pieces are cut: tells the name of each whole event. Comments and
 * the `retry` field are no events.
 */
export function createEventReader(onEvent: (name: string) => void): (text: string) => void {
  let rest = '';
  let name = '';
  let hasData = false;
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('event: ')) name = line.slice(7);
      else if (line.startsWith('data: ')) hasData = true;
      else if (line === '') {
        if (hasData) onEvent(name);
        name = '';
        hasData = false;
      }
    }
  };
}
