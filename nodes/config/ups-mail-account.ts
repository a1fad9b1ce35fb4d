import type { NodeAPI, NodeDef } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import { said } from '../../lib/core/language/sentence';
import { SmtpTransport, type MailSecurity } from '../../lib/protocols/mail/account';
import { domainOf, parseRecipients } from '../../lib/protocols/mail/addresses';
import { sendTestMail } from '../../lib/protocols/mail/test-mail';
import { settingChoice } from '../../lib/protocols/shared/setting-number';
import { flowOf } from '../shared/runtime/flow-of';
import { AccountQueues, type MailCredentials, type UpsMailAccountNode } from '../shared/mail/mail-account';
import { optionalWhole } from '../shared/settings/numbers';
import { errorText, statusText } from '../shared/words/texts';
import { tlsOptions } from '../shared/settings/tls';
import { registerTry } from '../shared/admin/try-now';

interface UpsMailAccountConfig extends NodeDef {
    host: string;
    port: string | number;
    security: MailSecurity;
    from: string;
    /** Id of a `tls-config`, for a CA of one's own or a client certificate. */
    tls?: string;
    login?: 'password' | 'oauth2';
    provider?: string;
    clientId?: string;
    tokenUrl?: string;
    scope?: string;
    ehloName?: string;
}

/** Missing in the types of Node-RED. */
interface CredentialKeeper {
    addCredentials(id: string, credentials: MailCredentials): void;
}

const SECURITIES: readonly MailSecurity[] = ['none', 'starttls', 'tls'];

/** @param id of the account's node */
function smtpTransport(
    RED: NodeAPI,
    id: string,
    credentials: MailCredentials,
    config: UpsMailAccountConfig,
): SmtpTransport {
    const { user, password, clientSecret, refreshToken } = credentials;
    const security = settingChoice('security', config.security, SECURITIES, 'starttls') as MailSecurity;
    const oauth = settingChoice('login', config.login, ['password', 'oauth2'], 'password') === 'oauth2';
    const { provider, clientId, tokenUrl, scope } = config;
    const tls = tlsOptions(RED, config.tls);
    return new SmtpTransport({
        host: config.host ?? '',
        port: optionalWhole('port', config.port, 1, 65_535),
        security,
        from: config.from ?? '',
        ehloName: config.ehloName,
        ...(user ? { user, password: password ?? '' } : {}),
        ...(oauth ? { oauth: { provider, clientId, tokenUrl, scope, clientSecret, refreshToken } } : {}),
        clock: flowOf(RED).clock,
        // kept with the next deploy; until then a restart begins with the one that was entered
        onRefreshToken: (token) => {
            (RED.nodes as Partial<CredentialKeeper>).addCredentials?.(id, { ...credentials, refreshToken: token });
        },
        ...(tls ? { tls } : {}),
    });
}

/** A mail sent from the dialog is in no queue: nobody tries it again. */
function rejectAsUnqueued(error: unknown): never {
    if (!(error instanceof UpsError)) throw error;
    const { code, data } = error;
    throw code === 'mail-unreachable' || code === 'mail-busy' ? new UpsError('host-unreachable', data) : error;
}

export = (RED: NodeAPI) => {
    function UpsMailAccount(this: UpsMailAccountNode, config: UpsMailAccountConfig) {
        RED.nodes.createNode(this, config);
        let queues: AccountQueues | undefined;
        let fault: unknown;
        try {
            const transport = smtpTransport(RED, this.id, this.credentials ?? {}, config);
            queues = new AccountQueues(RED, this, transport, domainOf(config.from));
            this.sendTest = (to, words) =>
                sendTestMail(transport, { to, ...words, from: config.from, clock: flowOf(RED).clock });
        } catch (error) {
            fault = error;
            this.error(errorText(RED, error));
        }
        this.sendTest ??= () => Promise.reject(fault as Error);
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
            flowOf(RED).registry.onTakenOver(() => queues?.takeOver()),
        );
        this.on('close', (_removed: boolean, done: () => void) => {
            events.off('flows:started', resume);
            flowOf(RED)
                .closing.beforeSites(Promise.resolve(queues?.close()))
                .then(done, (error: Error) => {
                    this.warn(error.message);
                    done();
                });
        });
    }
    registerTry(RED, 'ups-mail-account', async ({ id, config: typed, credentials, ask }) => {
        const config = typed as unknown as UpsMailAccountConfig;
        const transport = smtpTransport(RED, id, credentials, config);
        const to = parseRecipients(ask.to ?? '');
        const text = statusText(RED, 'testMail');
        const words = { to: ask.to ?? '', subject: text, text, from: config.from, clock: flowOf(RED).clock };
        const { refused } = await sendTestMail(transport, words).catch(rejectAsUnqueued);
        const [first] = refused;
        if (first) {
            const data = { failed: refused.length, total: to.length, first: said('mail.refusedOne', { ...first }) };
            throw new UpsError('recipients-failed', data);
        }
        return { text: statusText(RED, 'testSent', { to: to.join(', ') }) };
    });
    RED.nodes.registerType('ups-mail-account', UpsMailAccount as never, {
        credentials: {
            user: { type: 'text' },
            password: { type: 'password' },
            clientSecret: { type: 'password' },
            refreshToken: { type: 'password' },
        },
    });
};
