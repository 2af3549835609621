import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Running, startProgram, waitForPort } from '../processes.ts';

export type NginxOptions = {
  name: string;
  folder: string;
  cores: string;
  port: number;
  /** Further blocks beside `server`. */
  http?: string;
  /** What is inside `server`. */
  server: string;
};

/** One nginx worker with connections kept open, no access log, and everything it writes inside the run's folder. */
export async function startNginx({ name, folder, cores, port, http = '', server }: NginxOptions): Promise<Running> {
  const file = join(folder, `${name}.conf`);
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${join(folder, `${name}-${kind}`)};`)
    .join('\n  ');
  writeFileSync(
    file,
    `
${process.getuid?.() === 0 ? 'user root;' : ''}
worker_processes 1;
worker_rlimit_nofile 20000;
daemon off;
pid ${join(folder, `${name}.pid`)};
error_log ${join(folder, `${name}.log`)} warn;
events { worker_connections 10000; }
http {
  ${temp}
  access_log off;
  sendfile on;
  tcp_nodelay on;
  keepalive_timeout 75s;
  keepalive_requests 1000000000;
  ${http}
  server {
    listen 127.0.0.1:${port} backlog=4096;
    ${server}
  }
}
`,
  );
  const logFile = join(folder, `${name}.log`);
  const running = startProgram({ name, command: 'nginx', args: ['-e', logFile, '-c', file], cores, logFile });
  await waitForPort(port, name, logFile);
  return running;
}

/** A pool of kept connections to a port of this machine. */
export function upstreamBlock(name: string, port: number): string {
  return `
  upstream ${name} {
    server 127.0.0.1:${port};
    keepalive 256;
    keepalive_requests 1000000000;
  }`;
}

/** Passing on without waste: HTTP/1.1 and kept connections behind, larger buffers and no file for large answers. */
export const proxyDirectives = `
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_buffers 16 16k;
      proxy_max_temp_file_size 0;`;
