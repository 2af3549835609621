import { execFile } from 'node:child_process';
import { access, mkdir, readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryFile } from '../report/results.ts';

const run = promisify(execFile);

/** How to start JMeter: these arguments of `java` come before JMeter's own. */
export type FindResult = { kind: 'found'; name: string; javaArguments: string[] } | { kind: 'missing'; why: string };

const debian = '/usr/share/jmeter';
const debianJars = '/usr/share/java';
/** Both versions reach into these with reflection. */
const opened = ['java.util', 'java.lang', 'java.lang.reflect', 'java.text'].map(
  (name) => `--add-opens=java.base/${name}=ALL-UNNAMED`,
);
const howTo =
  'Unpack Apache JMeter 5.6 and name its folder in JMETER_HOME (it needs Java 8 or newer), or on Debian: ' +
  'apt-get install jmeter jmeter-http openjdk-17-jdk-headless';

/**
 * JMeter as Apache ships it in `JMETER_HOME`, or Debian's 2.13, which needs a class of `debian/` before it on the class path
 * to read any plan: that one is compiled into `workFolder`.
 */
export async function findJmeter(
  env: Readonly<Record<string, string | undefined>>,
  workFolder: string,
): Promise<FindResult> {
  const missing = (why: string): FindResult => ({ kind: 'missing', why: `${why}. ${howTo}.` });
  if (!(await succeeds('java', ['-version']))) return missing('there is no `java` on the PATH');
  if (env.JMETER_HOME) {
    const jar = join(env.JMETER_HOME, 'bin/ApacheJMeter.jar');
    if (!(await exists(jar))) return missing(`JMETER_HOME: ${jar} is not there`);
    return { kind: 'found', name: `JMeter in ${env.JMETER_HOME}`, javaArguments: [...opened, '-jar', jar] };
  }
  if (!(await exists(join(debian, 'bin/ApacheJMeter.jar')))) return missing('JMeter is not installed');
  if (!(await exists(join(debian, 'lib/ext/ApacheJMeter_http.jar')))) return missing('jmeter-http is not installed');
  if (!(await succeeds('javac', ['-version']))) return missing('there is no `javac` on the PATH');
  const xstream = join(debianJars, 'xstream.jar');
  const classes = join(workFolder, 'classes');
  await mkdir(classes, { recursive: true });
  const source = repositoryFile('loadtest/jmeter/debian/com/thoughtworks/xstream/mapper/SecurityMapper.java');
  await run('javac', ['-nowarn', '-cp', xstream, '-d', classes, source]);
  const own = await Promise.all(
    ['lib', 'lib/ext'].map(async (folder) =>
      (await readdir(join(debian, folder)))
        .filter((name) => name.endsWith('.jar'))
        .map((name) => join(debian, folder, name)),
    ),
  );
  const path = [classes, xstream, join(debian, 'bin/ApacheJMeter.jar'), ...own.flat()].join(delimiter);
  return {
    kind: 'found',
    name: "Debian's JMeter 2.13",
    javaArguments: [...opened, '-cp', path, `-Djmeter.home=${debian}`, 'org.apache.jmeter.NewDriver'],
  };
}

async function succeeds(command: string, args: string[]): Promise<boolean> {
  try {
    await run(command, args);
    return true;
  } catch {
    return false;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
