import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { resolve } from 'node:path';
import type { FlowNode } from './shipped-flow';

const PAGES = resolve(__dirname, '../../../packages/dashboard/examples/ups-pages.json');

const TAB = { id: 'night-tab', type: 'tab', label: '3 a.m.' };
const node = (id: string, type: string, settings: object, ...targets: string[]): FlowNode => ({
    ...{ id, type, z: TAB.id, x: 100, y: 100, wires: [targets] },
    ...settings,
});

/** Pages of the shipped flow, with what stands on them. */
function shippedPages(paths: readonly string[] | undefined): FlowNode[] {
    const shipped = JSON.parse(readFileSync(PAGES, 'utf8')) as FlowNode[];
    const isOf = (key: string, parents: readonly FlowNode[]) => (each: FlowNode) =>
        parents.some(({ id }) => id === each[key]);
    const pages = shipped.filter(({ type, path }) => type === 'ui-page' && (!paths || paths.includes(String(path))));
    const groups = shipped.filter(isOf('page', pages)).filter(({ type }) => type === 'ui-group');
    const widgets = shipped.filter(isOf('group', groups));
    const frame = shipped.filter(({ type }) => ['ui-base', 'ui-theme', 'ui-template'].includes(type));
    return [...frame, ...pages, ...groups, ...widgets].map((each) =>
        each.z === undefined ? each : { ...each, z: TAB.id },
    );
}

/**
 * A night: a UPS that lasts half an hour, three hosts in stages, and a mail whose recipient nobody knows. The buttons are `night-mains` (it fails) and
 * `night-silent`.
 * @param paths of the pages; all without it
 */
export function nightFlow(mailPort: number, paths?: readonly string[]): FlowNode[] {
    const battery = { ratedVA: 1000, loadVA: 1000, holdMinutes: 30, rechargeMinutes: 240 };
    const shutdown = (host: string) => ({
        action: 'shutdown',
        hosts: host,
        transport: 'tcp',
        edge: 'on',
        log: 'always',
    });
    const after = (seconds: number) => ({ mode: 'after', seconds, repeat: 0, runtime: 'device' });
    return [
        TAB,
        ...shippedPages(paths),
        { id: 'night-site', type: 'ups-site', name: 'Server room', directory: 'store', dataLogSeconds: 180 },
        {
            ...{ id: 'night-ups', type: 'ups-unit', name: 'UPS 1', site: 'night-site', ...battery },
            ...{ confirmSeconds: 0, staleSeconds: 3, onSilence: 'continue' },
        },
        node('night-device', 'ups-simulator', { ups: 'night-ups', interval: 1, speed: 1, ...battery, loads: [] }),
        node(
            'night-mains',
            'inject',
            { topic: 'mains', payload: 'false', payloadType: 'bool', props: PROPS },
            'night-device',
        ),
        node(
            'night-silent',
            'inject',
            { topic: 'silent', payload: 'true', payloadType: 'bool', props: PROPS },
            'night-device',
        ),
        node(
            'night-fail',
            'ups-event',
            { ups: 'night-ups', events: ['power-fail'] },
            'night-mail',
            'night-t1',
            'night-t2',
            'night-t3',
        ),
        node('night-t1', 'ups-timing', after(240), 'night-h1'),
        node('night-t2', 'ups-timing', after(480), 'night-h2'),
        node('night-t3', 'ups-timing', { mode: 'remaining', seconds: 600, repeat: 0, runtime: 'device' }, 'night-h3'),
        node('night-h1', 'ups-rccmd', { name: 'Test servers', ...shutdown('127.0.0.11:25001') }),
        node('night-h2', 'ups-rccmd', { name: 'File server', ...shutdown('127.0.0.12:25001') }),
        node('night-h3', 'ups-rccmd', { name: 'Database', ...shutdown('127.0.0.13:25001') }),
        {
            ...{ id: 'night-account', type: 'ups-mail-account', name: 'Mail', host: '127.0.0.1', port: mailPort },
            ...{ security: 'none', from: 'ups@example.org' },
        },
        node('night-mail', 'ups-email', {
            ...{ name: 'Mail to the operator', account: 'night-account', to: ['operator@example.org'] },
            ...{ subject: '{{event.text}}', text: '{{event.text}}', edge: 'on', log: 'always' },
        }),
    ];
}

const PROPS = [{ p: 'payload' }, { p: 'topic', vt: 'str' }];

/** A mail server that knows no recipient. */
export class RefusingMailServer {
    private constructor(private readonly server: Server) {}

    static async start(): Promise<RefusingMailServer> {
        const server = createServer((socket) => {
            socket.setEncoding('latin1');
            socket.on('error', () => socket.destroy());
            socket.write('220 test\r\n');
            socket.on('data', (text: string) => {
                for (const line of text.split('\r\n').filter(Boolean)) {
                    if (/^RCPT/i.test(line)) socket.write('550 5.1.1 no such user here\r\n');
                    else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n');
                    else socket.write('250 ok\r\n');
                }
            });
        });
        await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
        return new RefusingMailServer(server);
    }

    get port(): number {
        return (this.server.address() as AddressInfo).port;
    }

    stop(): void {
        this.server.close();
    }
}
