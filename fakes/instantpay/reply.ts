/** Owns how the local InstantPay writes an answer, and how it fails to (faults that end a call). */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Envelope } from './envelope.ts';
import type { Ending } from './faults.ts';

export function sendJson(response: ServerResponse, httpStatus: number, value: unknown): void {
  const text = JSON.stringify(value);
  response.writeHead(httpStatus, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

export function answerFault(
  ending: Ending,
  answered: Envelope,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const json = { 'content-type': 'application/json' };
  const text = JSON.stringify(answered);
  switch (ending.kind) {
    case 'html500':
      response.writeHead(500, { 'content-type': 'text/html' });
      response.end('<html><body><h1>500 Internal Server Error</h1></body></html>');
      return;
    case 'truncated':
      response.writeHead(200, json).end(text.slice(0, text.length / 2));
      return;
    case 'stallBody':
      response.writeHead(200, { ...json, 'content-length': Buffer.byteLength(text) });
      response.write(text.slice(0, 20));
      return;
    case 'noHeaders':
      return;
    case 'reset':
      request.socket.resetAndDestroy();
      return;
    case 'tooMany':
      response.writeHead(429, {
        'content-type': 'text/html',
        ...(ending.retryAfter === undefined ? {} : { 'retry-after': ending.retryAfter }),
      });
      response.end('<h1>429 Too Many Requests</h1>');
      return;
    case 'statuscode': {
      const { statuscode, status = `Answered with ${statuscode}` } = ending;
      sendJson(response, 200, { ...answered, statuscode, status, data: null });
      return;
    }
    case 'raw':
      response.writeHead(ending.httpStatus, { ...json, ...ending.headers }).end(ending.body);
      return;
  }
}
