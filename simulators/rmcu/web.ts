import type { IncomingMessage, ServerResponse } from 'node:http';
import { realMs, type Clock } from '../../lib/core/clock';
import { WebServer } from '../shared/web-server';
import { FACTORY_USERS, type RmcuFaults, type RmcuUser } from './options';
import { OUTPUT_NUMBERS } from './settings';
import { setupPage, type SetupSource } from './setup-pages';
import { mobilePage, statusPage } from './status-pages';

export interface RmcuWebOptions {
    clock: Clock;
    port: number;
    address: string;
    faults: RmcuFaults;
    source(): SetupSource;
    onRefused(reason: string): void;
}

interface Content {
    type: string;
    text: string;
}

/**
 * The pages: status and phone page, log and MIB file without a log-in; setup screens, and all that changes something, with HTTP Basic in the realm
 * that the RMCU manual shows ("User Login"). Control users get all but User Setup.
 */
export class RmcuWeb {
    private readonly server: WebServer;

    constructor(private readonly options: RmcuWebOptions) {
        const { clock, port, address, faults } = options;
        this.server = new WebServer({
            clock,
            port,
            address,
            faults: () => ({ silent: faults.silent, slowMs: realMs(clock, faults.slowMs) }),
            answer: (request, body, response) => this.answer(request, body, response),
        });
    }

    get port(): number {
        return this.server.port;
    }

    /** @throws UpsError port-in-use, port-forbidden */
    start(): Promise<void> {
        return this.server.start();
    }

    /** Idempotent. */
    stop(): Promise<void> {
        return this.server.stop();
    }

    private answer(request: IncomingMessage, body: string, response: ServerResponse): void {
        const path = (request.url ?? '/').split('?')[0] ?? '/';
        const posts = request.method === 'POST';
        if (!posts && request.method !== 'GET') return this.say(response, 405, plain('Method not allowed'));
        const open = posts ? undefined : this.openContent(path);
        if (open) return this.say(response, 200, open);
        const user = this.userOf(request);
        if (!user) return this.refuse(response, 401, 'log-in needed');
        if (path === '/users' && user.access !== 'Admin') return this.refuse(response, 403, 'an admin may');
        if (posts) return this.act(path, new URLSearchParams(body), response);
        const text = setupPage(path, this.options.source());
        this.say(response, text ? 200 : 404, text ? html(text) : plain('Not found'));
    }

    /** What needs no log-in. */
    private openContent(path: string): Content | undefined {
        const { device, mib } = this.options.source();
        if (path === '/') return html(statusPage(device));
        if (path === '/m') return html(mobilePage(device));
        if (path === `/${mib.module}.mib`) return plain(mib.text);
        const log = path.endsWith('.CSV') ? device.log.text(path.slice(1)) : undefined;
        return log === undefined ? undefined : { type: 'text/csv; charset=utf-8', text: log };
    }

    /** Buttons: an output by number and state, or an action by name. */
    private act(path: string, form: URLSearchParams, response: ServerResponse): void {
        const { device } = this.options.source();
        const output = OUTPUT_NUMBERS.find((number) => String(number) === form.get('output'));
        const state = form.get('state');
        const action = new Map([
            ['clear-log', () => device.log.clear()],
            ['append-now', () => device.appendNow()],
            ['clear-alarms', () => device.clearAlarms()],
            ['test-mail', () => device.sendTestMail()],
            ['test-trap', () => device.sendTestTrap()],
            ['reboot', () => device.reboot()],
        ]).get(form.get('do') ?? '');
        if (action) action();
        else if (output && (state === 'active' || state === 'inactive'))
            device.outputs.set(output, state === 'active', 'web');
        else return this.say(response, 400, plain('Not understood'));
        response.writeHead(303, { Location: path }).end();
    }

    private userOf(request: IncomingMessage): RmcuUser | undefined {
        const [, encoded = ''] = /^Basic (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
        const [, name, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
        const { users = FACTORY_USERS } = this.options.source().options;
        return users.find((user) => user.name === name && user.password === password);
    }

    private refuse(response: ServerResponse, status: 401 | 403, reason: string): void {
        this.options.onRefused(reason);
        if (status === 401) response.setHeader('WWW-Authenticate', 'Basic realm="Protected"');
        this.say(response, status, plain(reason));
    }

    private say(response: ServerResponse, status: number, { type, text }: Content): void {
        const bytes = Buffer.from(text);
        const { cutPage } = this.options.faults;
        const cut = cutPage && cutPage.bytes < bytes.length ? cutPage : undefined;
        const sent = cut ? bytes.subarray(0, cut.bytes) : bytes;
        const length = cut && !cut.broken ? sent.length : bytes.length;
        response.writeHead(status, { 'Content-Type': type, 'Content-Length': length });
        if (!cut?.broken) return void response.end(sent);
        response.write(sent, () => response.destroy());
    }
}

function html(text: string): Content {
    return { type: 'text/html; charset=utf-8', text };
}

function plain(text: string): Content {
    return { type: 'text/plain; charset=utf-8', text };
}
