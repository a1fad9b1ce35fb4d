import type { NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import { readSettings } from '../../lib/core/settings';
import { GsmModem, type ModemState } from '../../lib/protocols/gsm/modem';
import { JournalPinMemory } from '../../lib/protocols/gsm/pin-memory';
import { modemTransport } from '../../lib/protocols/gsm/settings';
import { registerDeclared } from '../shared/settings/define-node';
import { flowOf } from '../shared/runtime/flow-of';
import type { UpsModemNode } from '../shared/config/modem';
import { modemSettings, tryModem } from '../shared/admin/try-modem';
import { registerTry } from '../shared/admin/try-now';
import { errorText } from '../shared/words/texts';
import { settings } from './ups-modem.settings';

export = (RED: NodeAPI) => {
    registerDeclared(RED, settings, (registered, config) => {
        const node = registered as UpsModemNode;
        const listeners = new Set<(state: ModemState) => void>();
        let modem: GsmModem | undefined;
        let closing: Promise<void> = Promise.resolve();
        let told = '';
        let closed = false;

        const onState = (state: ModemState) => {
            // Reports each failure once, not at every try.
            const problem = state.state === 'waiting' ? errorText(RED, state.error) : '';
            if (problem && problem !== told) node.warn(problem);
            if (problem || state.state === 'ready') told = problem;
            for (const listener of [...listeners]) listener(state);
        };
        const make = () => {
            const own = readSettings(settings, config, node.credentials);
            return new GsmModem({
                transport: modemTransport(own),
                settings: modemSettings(own),
                clock: flowOf(RED).clock,
                pinMemory: new JournalPinMemory(
                    () => flowOf(RED).registry.journals(),
                    node.id,
                    () => flowOf(RED).registry.sites().length > 0,
                ),
                onState,
            });
        };
        let fault: Error | undefined;
        try {
            make();
        } catch (error) {
            fault = error as Error;
            node.error(errorText(RED, error));
        }
        const shut = () => {
            const leaving = modem;
            modem = undefined;
            if (leaving) closing = leaving.close();
            return closing;
        };
        const open = () => {
            if (closed || fault || modem) return;
            const next = make();
            modem = next;
            // The port is free only when its last owner has closed it.
            void closing.then(() => next.open());
        };
        node.config = config;
        node.running = () => modem;
        node.use = (listener) => {
            listeners.add(listener);
            open();
            if (modem) listener(modem.state);
            return async () => {
                listeners.delete(listener);
                if (!listeners.size) await shut();
            };
        };
        node.gateway = () => {
            if (fault) throw fault;
            if (!modem) throw new UpsError('interrupted');
            return modem;
        };
        node.on('close', (_removed: boolean, done: () => void) => {
            closed = true;
            shut().then(done, (error: Error) => {
                node.warn(error.message);
                done();
            });
        });
    });
    registerTry(RED, 'ups-modem', (request) => tryModem(RED, request));
};
