import type { NodeAPI, NodeDef } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import { GsmModem, type ModemState } from '../../lib/protocols/gsm/modem';
import { JournalPinMemory } from '../../lib/protocols/gsm/pin-memory';
import { modemTransport, readModemSettings, type ModemConfig } from '../../lib/protocols/gsm/settings';
import { flowOf } from '../shared/runtime/flow-of';
import type { UpsModemNode } from '../shared/config/modem';
import { tryModem } from '../shared/admin/try-modem';
import { registerTry } from '../shared/admin/try-now';
import { errorText } from '../shared/words/texts';

interface UpsModemConfig extends NodeDef, ModemConfig {}

export = (RED: NodeAPI) => {
    function UpsModem(this: UpsModemNode, config: UpsModemConfig) {
        RED.nodes.createNode(this, config);
        const listeners = new Set<(state: ModemState) => void>();
        let modem: GsmModem | undefined;
        let closing: Promise<void> = Promise.resolve();
        let told = '';
        let closed = false;

        const onState = (state: ModemState) => {
            // Each failure once, not at every new try.
            const problem = state.state === 'waiting' ? errorText(RED, state.error) : '';
            if (problem && problem !== told) this.warn(problem);
            if (problem || state.state === 'ready') told = problem;
            for (const listener of [...listeners]) listener(state);
        };
        const make = () =>
            new GsmModem({
                transport: modemTransport(config),
                settings: readModemSettings(config, this.credentials?.pin),
                clock: flowOf(RED).clock,
                pinMemory: new JournalPinMemory(
                    () => flowOf(RED).registry.journals(),
                    this.id,
                    () => flowOf(RED).registry.sites().length > 0,
                ),
                onState,
            });
        let fault: Error | undefined;
        try {
            make();
        } catch (error) {
            fault = error as Error;
            this.error(errorText(RED, error));
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
            // The port is free only when its last owner has let go of it.
            void closing.then(() => next.open());
        };
        this.config = config;
        this.running = () => modem;
        this.use = (listener) => {
            listeners.add(listener);
            open();
            if (modem) listener(modem.state);
            return async () => {
                listeners.delete(listener);
                if (!listeners.size) await shut();
            };
        };
        this.gateway = () => {
            if (fault) throw fault;
            if (!modem) throw new UpsError('interrupted');
            return modem;
        };
        this.on('close', (_removed: boolean, done: () => void) => {
            closed = true;
            shut().then(done, (error: Error) => {
                this.warn(error.message);
                done();
            });
        });
    }
    registerTry(RED, 'ups-modem', (request) => tryModem(RED, request));
    RED.nodes.registerType('ups-modem', UpsModem as never, { credentials: { pin: { type: 'password' } } });
};
