import t from 'tap';
import { formCalls } from '../pages/form-calls.ts';

const visitorId = '0b6f1c1e-8f0a-4f0e-9a53-6d1b8a2f7c11';

t.test('forms: what was typed goes to the API as it is meant, and leads back to its view', async (t) => {
  const body = (path: string, fields: Record<string, string>) => formCalls[path]?.(fields).call.body;
  t.match(formCalls['/system/message']?.({ message: ' two\r\nlines ' }), {
    call: { method: 'POST', path: '/system/api/message', body: { message: 'two\nlines' } },
    notice: 'message',
    view: 'overview',
  });
  t.equal(formCalls['/system/message']?.({ message: '' }).notice, 'messageGone');
  t.same(body('/system/scaling', { room: 'booking', replicas: '4' }), { replicas: 4 });
  t.same(body('/system/scaling', { room: 'booking', replicas: '' }), { replicas: null }, 'back to the signal');
  t.match(formCalls['/system/visitor']?.({ id: visitorId, action: 'block', minutes: '60', reason: ' bot ' }), {
    call: { path: `/system/api/visitors/${visitorId}/actions`, body: { action: 'block', minutes: 60, reason: 'bot' } },
    view: 'visitor',
    query: { id: visitorId },
  });
  t.same(body('/system/visitor', { id: visitorId, action: 'revoke', reason: '' }), { action: 'revoke' });
  t.same(body('/system/visitor', { id: visitorId, action: 'setTier', tier: 'vip' }), {
    action: 'setTier',
    tier: 'vip',
  });
  t.match(body('/system/blocks', { value: visitorId, minutes: '10', reason: 'x' }), { kind: 'visitor' });
  t.match(body('/system/blocks', { value: ' 203.0.113.7/32 ', minutes: '10' }), {
    kind: 'net',
    value: '203.0.113.7/32',
  });
  t.same(body('/system/sale', { event: 'default', epoch: '3' }), { event: 'default', epoch: 3, endPlaces: false });
});

t.test('forms: an id in an address cannot lead elsewhere', async (t) => {
  const path = formCalls['/system/instances']?.({ id: '../sale?x=', wish: 'drain' }).call.path;
  t.equal(path, '/system/api/instances/..%2Fsale%3Fx%3D');
});

t.test('forms: an id that no address can carry is for the API to refuse', async (t) => {
  const call = formCalls['/system/visitor']?.({ id: '\ud800', action: 'revoke' }).call;
  t.equal(call?.path, '/system/api/visitors/%EF%BF%BD/actions');
});
