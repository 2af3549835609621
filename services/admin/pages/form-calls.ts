import { type ApiCall, apiPath as path } from './own-api.ts';
import { isVisitorId } from './parts/visitor-link.ts';
import type { Texts } from './texts/texts.ts';
import type { ViewName } from './view-context.ts';

type Fields = Readonly<Record<string, string | undefined>>;

/** What a form of a page asks of the API, and where it leads. */
export type FormCall = {
  call: ApiCall;
  /** Key of the words that say it is done. */
  notice: string;
  view: ViewName;
  /** What to look at when the API finds it malformed; default: that something is. */
  help?: (texts: Texts) => string;
  /** What the view must be told, to show the same again. */
  query?: Readonly<Record<string, string>>;
};

const reasonOf = ({ reason = '' }: Fields) => (reason.trim() === '' ? {} : { reason: reason.trim() });
const kindOf = (value: string) => (isVisitorId(value) ? 'visitor' : 'net');

/** Every form but the settings', by its address. Values are passed on as they were typed: the API judges them. */
export const formCalls: Readonly<Record<string, (fields: Fields) => FormCall>> = {
  '/system/admissions': ({ admissions = '' }) => ({
    call: { method: 'POST', path: path('admissions'), body: { admissions } },
    notice: admissions,
    view: 'overview',
  }),
  '/system/message': ({ message = '' }) => ({
    call: { method: 'POST', path: path('message'), body: { message: message.replaceAll('\r\n', '\n').trim() } },
    notice: message.trim() === '' ? 'messageGone' : 'message',
    view: 'overview',
  }),
  '/system/instances': ({ id = '', wish = '' }) => ({
    call: { method: 'POST', path: path('instances', id), body: { wish } },
    notice: wish,
    view: 'instances',
  }),
  '/system/scaling': ({ room = '', replicas = '' }) => ({
    call: {
      method: 'POST',
      path: path('scaling', room),
      body: { replicas: replicas === '' ? null : Number(replicas) },
    },
    notice: 'scaled',
    view: 'instances',
  }),
  '/system/visitor': (fields) => {
    const { id = '', action = '', minutes = '', tier = '' } = fields;
    const extra = action === 'block' ? { minutes: Number(minutes), reason: '' } : action === 'setTier' ? { tier } : {};
    return {
      call: { method: 'POST', path: path('visitors', id, 'actions'), body: { action, ...extra, ...reasonOf(fields) } },
      notice: action,
      view: 'visitor',
      query: { id },
    };
  },
  '/system/blocks': (fields) => {
    const value = (fields.value ?? '').trim();
    const body = { kind: kindOf(value), value, minutes: Number(fields.minutes), reason: '', ...reasonOf(fields) };
    return {
      call: { method: 'POST', path: path('blocks'), body },
      notice: 'block',
      view: 'blocks',
      help: ({ blocks }) => blocks.valueHelp,
    };
  },
  '/system/blocks/undo': ({ kind = '', value = '' }) => ({
    call: { method: 'DELETE', path: path('blocks'), body: { kind, value } },
    notice: 'unblock',
    view: 'blocks',
  }),
  '/system/sale': ({ event = '', epoch = '', endPlaces }) => ({
    call: { method: 'POST', path: path('sale'), body: { event, epoch: Number(epoch), endPlaces: endPlaces === '1' } },
    notice: 'sale',
    view: 'sale',
  }),
  '/system/sale/drop': ({ sale = '', typed = '' }) => ({
    call: { method: 'DELETE', path: path('sales', sale), body: { sale: typed } },
    notice: 'archive',
    view: 'sale',
  }),
};
