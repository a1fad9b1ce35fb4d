import { randomUUID } from 'node:crypto';
import type { ConnectionOptions } from 'node:tls';
import type { Node, NodeAPI, NodeDef } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import { SmtpTransport, type MailSecurity } from '../../lib/protocols/mail/account';
import { domainOf, parseRecipients } from '../../lib/protocols/mail/addresses';
import type { OutgoingMail } from '../../lib/protocols/mail/mail';
import { hub, systemClock } from '../shared/hub';
import { AccountQueues, type MailCredentials, type UpsMailAccountNode } from '../shared/mail-account';
import { optionalNumber } from '../shared/numbers';
import { errorText, statusText } from '../shared/texts';
import { registerTry } from '../shared/try-now';

interface UpsMailAccountConfig extends NodeDef {
    host: string;
    port: string | number;
    security: MailSecurity;
    from: string;
    /** Id of a `tls-config`, for a CA of one's own or a client certificate. */
    tls?: string;
}

type TlsConfigNode = Node & { addTLSOptions(options: ConnectionOptions): ConnectionOptions };

const SECURITIES: readonly string[] = ['none', 'starttls', 'tls'];

function smtpTransport(RED: NodeAPI, config: UpsMailAccountConfig, { user, password }: MailCredentials): SmtpTransport {
    const security = config.security || 'starttls';
    if (!SECURITIES.includes(security)) {
        throw new UpsError('config-invalid', {
            property: 'security',
            value: security,
            expected: SECURITIES.join(', '),
        });
    }
    const tls = config.tls ? (RED.nodes.getNode(config.tls) as TlsConfigNode | null) : null;
    if (config.tls && !tls) throw new UpsError('config-missing', { property: 'tls' });
    return new SmtpTransport({
        host: config.host ?? '',
        port: optionalNumber('port', config.port, 1, 65_535),
        security,
        from: config.from ?? '',
        ...(user ? { user, password: password ?? '' } : {}),
        ...(tls ? { tls: tls.addTLSOptions({}) } : {}),
    });
}

function testMail(RED: NodeAPI, to: string[], domain: string): OutgoingMail {
    const text = statusText(RED, 'testMail');
    return {
        messageId: `<${randomUUID()}@${domain}>`,
        attachments: [],
        mail: {
            to,
            subject: text,
            text,
            level: 'info',
            at: systemClock.now(),
            attachEventLog: false,
            attachDataLog: false,
            log: 'never',
            source: '',
            sourceId: '',
        },
    };
}

export = (RED: NodeAPI) => {
    function UpsMailAccount(this: UpsMailAccountNode, config: UpsMailAccountConfig) {
        RED.nodes.createNode(this, config);
        let queues: AccountQueues | undefined;
        let fault: unknown;
        try {
            const transport = smtpTransport(RED, config, this.credentials ?? {});
            queues = new AccountQueues(RED, this, transport, domainOf(config.from));
        } catch (error) {
            fault = error;
            this.error(errorText(RED, error));
        }
        this.queueFor = (site) => {
            if (!queues) throw fault;
            return queues.queueFor(site);
        };
        this.watch = (listener) => {
            queues?.listeners.add(listener);
            return () => queues?.listeners.delete(listener);
        };
        // at each deploy: it may have brought (back) a site in whose store mails wait
        const resume = () => queues?.resume();
        const events = RED.events as NodeJS.EventEmitter;
        events.on('flows:started', resume);
        this.on(
            'close',
            hub.onTakenOver(() => queues?.takeOver()),
        );
        this.on('close', (_removed: boolean, done: () => void) => {
            events.off('flows:started', resume);
            Promise.resolve(queues?.close()).then(done, (error: Error) => {
                this.warn(error.message);
                done();
            });
        });
    }
    registerTry(RED, 'ups-mail-account', async ({ config: typed, credentials, ask, signal }) => {
        const config = typed as unknown as UpsMailAccountConfig;
        const transport = smtpTransport(RED, config, credentials);
        const to = parseRecipients(ask.to ?? '');
        const { refused } = await transport.send(testMail(RED, to, domainOf(config.from)), signal);
        const [first] = refused;
        if (first) {
            const data = { failed: refused.length, total: to.length, first: `${first.address}: ${first.reason}` };
            throw new UpsError('recipients-failed', data);
        }
        return { text: statusText(RED, 'testSent', { to: to.join(', ') }) };
    });
    RED.nodes.registerType('ups-mail-account', UpsMailAccount as never, {
        credentials: { user: { type: 'text' }, password: { type: 'password' } },
    });
};
