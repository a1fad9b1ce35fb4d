import { deepEqual, equal, ok, rejects, throws } from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import type { Node, NodeAPI } from 'node-red';
import type { UpsError } from '../../lib/core/errors';
import type { MailQueueState } from '../../lib/protocols/mail/queue-types';
import mailAccount from '../../nodes/config/ups-mail-account';
import upsSite from '../../nodes/config/ups-site';
import type { UpsMailAccountNode } from '../../nodes/shared/mail/mail-account';
import { mail } from '../lib/protocols/mail/memory-transport';
import { CERTIFICATE, SmtpSink } from '../lib/protocols/mail/smtp-sink';
import { TokenServer } from '../lib/protocols/mail/token-server';
import { fakeTime } from '../support/fake-time';
import { helper, theFlow } from '../support/node-red';

/** As Node-RED's own tls-config, which wants files or credentials. */
function tlsConfig(RED: NodeAPI): void {
    function TlsConfig(this: Node & { addTLSOptions(options: ConnectionOptions): ConnectionOptions }, config: never) {
        RED.nodes.createNode(this, config);
        this.addTLSOptions = (options) => ({ ...options, ca: CERTIFICATE });
    }
    RED.nodes.registerType('tls-config', TlsConfig as never);
}

const NODES = [upsSite, mailAccount, tlsConfig] as never;

describe('ups-mail-account', function () {
    this.timeout(20_000);
    const time = fakeTime();
    const { eventually } = time;
    let directory: string;
    let sink: SmtpSink;

    before((done) => void helper.startServer(done));
    after((done) => void helper.stopServer(done));
    beforeEach(async () => {
        directory = mkdtempSync(join(tmpdir(), 'ups-mail-account-'));
        sink = await new SmtpSink({
            onAuth: ({ username, password }, _session, done) =>
                password === 'right' ? done(null, { user: username }) : done(new Error('no')),
        }).start();
    });
    afterEach(async () => {
        await time.unload();
        await sink.stop();
        rmSync(directory, { recursive: true, force: true });
    });

    async function load(
        account: object,
        credentials: object = {},
        sites = [{ id: 'site1', directory }],
    ): Promise<UpsMailAccountNode> {
        const flow = [
            { id: 'acc1', type: 'ups-mail-account', host: '127.0.0.1', security: 'none', from: 'a@x.org', ...account },
            { id: 'tls1', type: 'tls-config' },
            ...sites.map((site) => ({ type: 'ups-site', ...site })),
        ];
        await helper.load(NODES, flow as never, { acc1: credentials } as never);
        return helper.getNode('acc1') as unknown as UpsMailAccountNode;
    }

    const site = (id = 'site1') => theFlow().registry.site(id)!;

    it('logs in with its credentials over TLS that its tls-config trusts', async () => {
        const settings = { port: String(sink.port), security: 'starttls', tls: 'tls1' };
        const account = await load(settings, { user: 'ups', password: 'right' });
        const { outcome } = account.queueFor(site()).enqueue(mail('m'));
        equal((await outcome).state, 'sent');
        deepEqual([sink.mails[0].user, sink.mails[0].secure], ['ups', true]);
    });

    it('sends what waited when the program ended, without a new mail having to come', async () => {
        const { port } = sink;
        await sink.stop();
        const account = await load({ port });
        const { outcome } = account.queueFor(site()).enqueue(mail('waits'));
        equal((await outcome).state, 'queued');
        await time.unload();
        await sink.start(port);
        await load({ port });
        await eventually(() => sink.mails.length);
        equal(sink.mails[0].parsed.subject, 'waits');
    });

    it('has one queue for sites that share a directory, and one for each other', async () => {
        const other = join(directory, 'other');
        const sites = [
            { id: 'site1', directory },
            { id: 'site2', directory },
            { id: 'site3', directory: other },
        ];
        const account = await load({ port: sink.port }, {}, sites);
        equal(account.queueFor(site('site1')), account.queueFor(site('site2')));
        ok(account.queueFor(site('site1')) !== account.queueFor(site('site3')));
        ok(account.queueFor(site('site1')) !== account.queueFor(undefined));
    });

    it('tells those who watch how many mails wait, until they leave', async () => {
        const { port } = sink;
        await sink.stop();
        const account = await load({ port });
        const seen: MailQueueState[] = [];
        const leave = account.watch((_queue, state) => void seen.push(state));
        await account.queueFor(site()).enqueue(mail('1')).outcome;
        await eventually(() => seen.some(({ state }) => state === 'waiting'));
        const last = seen.at(-1)!;
        deepEqual([last.depth, last.lastError?.code], [1, 'mail-unreachable']);
        leave();
        const count = seen.length;
        void account.queueFor(site()).enqueue(mail('2'));
        equal(seen.length, count);
    });

    for (const [what, settings, property, expected] of [
        ['no server', { host: '' }, 'host', 'config-missing'],
        ['no sender', { from: '' }, 'from', 'config-missing'],
        ['a port that is none', { port: '99999' }, 'port', 'config-invalid'],
        ['an unknown security', { security: 'perhaps' }, 'security', 'config-invalid'],
        ['an unknown log-in', { login: 'magic' }, 'login', 'config-invalid'],
        ['a name in EHLO that is none', { ehloName: 'my ups' }, 'ehloName', 'config-invalid'],
        ['OAuth without a client', { login: 'oauth2', security: 'tls' }, 'clientId', 'config-missing'],
        ['OAuth in the clear', { login: 'oauth2', clientId: 'c' }, 'security', 'config-invalid'],
        ['a tls-config that is gone', { tls: 'gone' }, 'tls', 'config-missing'],
    ] as const) {
        it(`with ${what} loads, and tells each mail why it cannot go`, async () => {
            const account = await load({ port: sink.port, ...settings });
            throws(
                () => account.queueFor(site()),
                (error: UpsError) => error.code === expected && error.data.property === property,
            );
        });
    }

    it('sends a test mail at once, and tells the outcome', async () => {
        const account = await load({ port: sink.port });
        const words = { subject: 'Test', text: 'It works.' };
        deepEqual((await account.sendTest('ops@x.org', words)).accepted, ['ops@x.org']);
        equal(sink.mails[0].parsed.subject, 'Test');
        deepEqual(site().store.mailQueue.list(), []);
        await rejects(account.sendTest('ops', words), { code: 'config-invalid' });
        await sink.stop();
        await rejects(account.sendTest('ops@x.org', words), { code: 'mail-unreachable' });
        deepEqual(site().store.mailQueue.list(), [], 'nothing is kept');
    });

    it('a test mail says what is wrong with the settings', async () => {
        const account = await load({ port: sink.port, from: '' });
        await rejects(account.sendTest('ops@x.org', { subject: '', text: '' }), { code: 'config-missing' });
    });

    it('logs in with OAuth 2, and keeps the refresh token that it is given', async () => {
        const tokens = await new TokenServer().start();
        tokens.answer = ({ form }) => ({ body: { access_token: 'access-1', refresh_token: `${form.refresh_token}+` } });
        await sink.stop();
        sink = await new SmtpSink({
            authMethods: ['XOAUTH2'],
            onAuth: ({ accessToken }, _session, done) =>
                accessToken === 'access-1' ? done(null, { user: 'by token' }) : done(new Error('no')),
        }).start();
        const oauth = { login: 'oauth2', provider: 'other', tokenUrl: tokens.url, clientId: 'c' };
        const settings = { port: sink.port, security: 'starttls', tls: 'tls1', ...oauth };
        const account = await load(settings, { refreshToken: 'r' });
        const { outcome } = account.queueFor(site()).enqueue(mail('m'));
        equal((await outcome).state, 'sent');
        equal(sink.mails[0].user, 'by token');
        await account.queueFor(site()).enqueue(mail('m2')).outcome;
        equal(tokens.requests.length, 1, 'one token for both');
        await tokens.stop();
    });

    it('keeps its password to itself', async () => {
        const account = await load(
            { port: sink.port, security: 'starttls', tls: 'tls1' },
            { user: 'ups', password: 'hunter2' },
        );
        const outcome = await account.queueFor(site()).enqueue(mail('m')).outcome;
        equal(outcome.state, 'queued');
        equal((outcome as { error: UpsError }).error.code, 'mail-login-refused');
        ok(!JSON.stringify(site().store.mailQueue.list()).includes('hunter2'));
    });
});
