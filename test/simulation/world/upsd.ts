import type { Told } from '../auditor/story';
import { UpsdConversation, type NutCommand, type ShownByUpsd } from '../../e2e/support/wire-nut';
import { toldOf, type Device, type Said } from './device';
import type { Conversation, FarEnd, StreamService } from './network';

const UPS = 'simulated';
export const NUT_USER = { user: 'simulation', password: 'p"w' };

/** An upsd of our own that shows one UPS. */
export class Upsd {
    /** What the request that is being answered has read. */
    private read: Said | undefined;

    constructor(
        private readonly device: Device,
        private readonly told: (told: Told) => void,
    ) {}

    /** Settings of the `ups-nut` that reads it. */
    static settings(address: string, port: number): Record<string, unknown> {
        return { type: 'ups-nut', host: address, port, upsName: UPS, credentials: { ...NUT_USER } };
    }

    readonly service: StreamService = (conversation) => this.serve(conversation);

    private serve(conversation: Conversation): FarEnd {
        const upsd = new UpsdConversation(this.shown);
        return {
            data: (bytes) => {
                for (const request of upsd.requests(bytes.toString('utf8'))) {
                    // upsd itself lives on another supply; that nobody answers is a matter of the network.
                    if (this.device.silent) continue;
                    const answer = upsd.answer(request);
                    const read = this.takeRead();
                    const told = request.startsWith('LIST VAR') ? read : undefined;
                    conversation.send(`${answer}\n`, told && (() => this.told(toldOf(told))));
                    if (request === 'LOGOUT') conversation.end();
                }
            },
            ended: () => conversation.end(),
        };
    }

    private takeRead(): Said | undefined {
        const { read } = this;
        this.read = undefined;
        return read;
    }

    private get shown(): ShownByUpsd {
        const { device } = this;
        return {
            ups: UPS,
            user: { name: NUT_USER.user, password: NUT_USER.password },
            get stale() {
                return !device.answers;
            },
            variables: () => this.variables((this.read = device.say())),
            setDelay: (which, seconds) => (device.ups.delays[which] = seconds),
            command: (name) => this.command(name),
        };
    }

    private command(name: NutCommand): void {
        const { ups } = this.device;
        switch (name) {
            case 'shutdown.stop':
                return ups.abort();
            case 'load.on':
                return ups.startAfter(0);
            case 'shutdown.return':
            case 'shutdown.stayoff':
                ups.autoRestart = name === 'shutdown.return';
                ups.order(ups.delays.shutdown);
                // A UPS that is told so with the mains there goes off and on again.
                if (ups.autoRestart) ups.startAfter(ups.delays.shutdown + ups.delays.start);
                return;
            case 'test.battery.start.quick':
        }
    }

    private variables(said: Said): Record<string, string> {
        const { ups } = this.device;
        const delays = {
            'ups.delay.shutdown': String(ups.delays.shutdown),
            'ups.delay.start': String(ups.delays.start),
        };
        if (!said.knows) return { 'ups.status': 'WAIT', ...delays };
        const flags = [
            said.source === 'off' ? 'OFF' : '',
            said.source === 'battery' || (said.source === 'off' && !ups.mains) ? 'OB' : 'OL',
            said.charging ? 'CHRG' : '',
            said.discharging ? 'DISCHRG' : '',
            said.low ? 'LB' : '',
            said.test ? 'TEST' : '',
        ];
        const { charge, runtime } = said;
        return {
            'battery.charge': String(charge ?? -1),
            'battery.charge.low': String(ups.traits.lowPercent),
            ...(runtime === undefined ? {} : { 'battery.runtime': String(runtime) }),
            'battery.voltage': (22 + ups.charge / 20).toFixed(1),
            'device.mfr': 'Simulated',
            'device.model': 'UPS',
            'input.voltage': said.input!.toFixed(1),
            'input.voltage.nominal': '230',
            'output.voltage': ups.output ? '230.0' : '0.0',
            ...delays,
            'ups.load': ups.output ? '40' : '0',
            'ups.status': flags.filter(Boolean).join(' '),
            'ups.test.result': said.test ? 'In progress' : 'No test initiated',
            'ups.timer.shutdown': String(Math.ceil(ups.shutdownIn)),
            'ups.timer.start': String(Math.ceil(ups.startIn)),
        };
    }
}
