import type { NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import { said } from '../../lib/core/language/sentence';
import { readSettings, type SettingsOf } from '../../lib/core/settings';
import { SmtpTransport } from '../../lib/protocols/mail/account';
import { domainOf, parseRecipients } from '../../lib/protocols/mail/addresses';
import { sendTestMail } from '../../lib/protocols/mail/test-mail';
import { flowOf } from '../shared/runtime/flow-of';
import { AccountQueues, type MailCredentials, type UpsMailAccountNode } from '../shared/mail/mail-account';
import { registerDeclared } from '../shared/settings/define-node';
import { errorText, statusText } from '../shared/words/texts';
import { tlsOptions } from '../shared/settings/tls';
import { registerTry } from '../shared/admin/try-now';
import { settings } from './ups-mail-account.settings';

type AccountSettings = SettingsOf<typeof settings>;

/** A part of Node-RED that its types lack. */
interface CredentialKeeper {
    addCredentials(id: string, credentials: MailCredentials): void;
}

/** @param id of the account's node */
function smtpTransport(RED: NodeAPI, id: string, own: AccountSettings, credentials: MailCredentials): SmtpTransport {
    const { host, port, security, from, ehloName, user, password, login } = own;
    const tls = tlsOptions(RED, own.tls);
    return new SmtpTransport({
        ...{ host, port, security, from, ehloName },
        ...(user ? { user, password } : {}),
        ...(login === 'oauth2' ? { oauth: own } : {}),
        clock: flowOf(RED).clock,
        // stored at the next deploy; until then a restart begins with the token that was entered
        onRefreshToken: (token) => {
            (RED.nodes as Partial<CredentialKeeper>).addCredentials?.(id, { ...credentials, refreshToken: token });
        },
        ...(tls ? { tls } : {}),
    });
}

/** A mail from the dialog is not queued, so nothing tries it again. */
function rejectAsUnqueued(error: unknown): never {
    if (!(error instanceof UpsError)) throw error;
    const { code, data } = error;
    throw code === 'mail-unreachable' || code === 'mail-busy' ? new UpsError('host-unreachable', data) : error;
}

export = (RED: NodeAPI) => {
    registerDeclared(RED, settings, (made, config) => {
        const node = made as UpsMailAccountNode;
        let queues: AccountQueues | undefined;
        let fault: unknown;
        try {
            const credentials = node.credentials ?? {};
            const own = readSettings(settings, config, credentials);
            const { from } = own;
            const transport = smtpTransport(RED, node.id, own, credentials);
            queues = new AccountQueues(RED, node, transport, domainOf(from));
            node.sendTest = (to, words) => sendTestMail(transport, { to, ...words, from, clock: flowOf(RED).clock });
        } catch (error) {
            fault = error;
            node.error(errorText(RED, error));
        }
        node.sendTest ??= () => Promise.reject(fault as Error);
        node.queueFor = (site) => {
            if (!queues) throw fault;
            return queues.queueFor(site);
        };
        node.watch = (listener) => {
            queues?.listeners.add(listener);
            return () => queues?.listeners.delete(listener);
        };
        // at each deploy: it may have added a site in whose store mails wait
        const resume = () => queues?.resume();
        const events = RED.events as NodeJS.EventEmitter;
        events.on('flows:started', resume);
        node.on(
            'close',
            flowOf(RED).registry.onTakenOver(() => queues?.takeOver()),
        );
        node.on('close', (_removed: boolean, done: () => void) => {
            events.off('flows:started', resume);
            flowOf(RED)
                .closing.beforeSites(Promise.resolve(queues?.close()))
                .then(done, (error: Error) => {
                    node.warn(error.message);
                    done();
                });
        });
    });
    registerTry(RED, 'ups-mail-account', async ({ id, config: typed, credentials, ask, words: texts }) => {
        const own = readSettings(settings, typed, credentials);
        const transport = smtpTransport(RED, id, own, credentials);
        const to = parseRecipients(ask.to ?? '');
        const text = statusText(RED, 'testMail');
        const words = { to: ask.to ?? '', subject: text, text, from: own.from, clock: flowOf(RED).clock };
        const { refused } = await sendTestMail(transport, words).catch(rejectAsUnqueued);
        const [first] = refused;
        if (first) {
            const data = { failed: refused.length, total: to.length, first: said('mail.refusedOne', { ...first }) };
            throw new UpsError('recipients-failed', data);
        }
        return { text: statusText(texts, 'testSent', { to: to.join(', ') }) };
    });
};
