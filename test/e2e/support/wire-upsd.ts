import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { PlayedUps } from './played-ups';
import { UpsdConversation, type NutCommand, type ShownByUpsd } from './wire-nut';

const UPS = 'played';
const USER = { name: 'scene', password: 'p"w' };

/** An upsd of our own that shows one played UPS. */
export class WireUpsd {
    private readonly server: Server;
    private readonly sockets = new Set<Socket>();

    constructor(private readonly ups: PlayedUps) {
        this.server = createServer((socket) => this.serve(socket));
    }

    /** @returns the settings of an `ups-nut` */
    async start(): Promise<Record<string, unknown> & { type: string }> {
        await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
        const { port } = this.server.address() as AddressInfo;
        return {
            type: 'ups-nut',
            host: '127.0.0.1',
            port,
            upsName: UPS,
            tls: '',
            credentials: { user: USER.name, password: USER.password },
        };
    }

    async stop(): Promise<void> {
        for (const socket of this.sockets) socket.destroy();
        await new Promise((done) => this.server.close(done));
    }

    private serve(socket: Socket): void {
        this.sockets.add(socket);
        const conversation = new UpsdConversation(this.shown);
        socket.setEncoding('utf8');
        socket.on('error', () => socket.destroy());
        socket.on('close', () => this.sockets.delete(socket));
        socket.on('data', (chunk: string) => {
            for (const request of conversation.requests(chunk)) {
                // upsd itself lives on another supply; that nobody answers is a matter of the network.
                if (this.ups.silent) continue;
                socket.write(`${conversation.answer(request)}\n`);
                if (request === 'LOGOUT') socket.end();
            }
        });
    }

    private get shown(): ShownByUpsd {
        const { ups } = this;
        return {
            ups: UPS,
            user: USER,
            get stale() {
                return !ups.answers || (!ups.output && !ups.mains);
            },
            variables: () => this.variables(),
            setDelay: (which, seconds) => (ups.delays[which] = seconds),
            command: (name) => this.command(name),
        };
    }

    private command(name: NutCommand): void {
        const { ups } = this;
        if (name === 'shutdown.stop') {
            ups.abort();
            ups.startIn = -1;
        }
        if (name === 'load.on') ups.startIn = 0;
        if (name === 'shutdown.return' || name === 'shutdown.stayoff') {
            ups.autoRestart = name === 'shutdown.return';
            // A UPS that is told so with the mains there goes off and on again.
            if (ups.autoRestart) ups.startIn = ups.delays.shutdown + ups.delays.start;
            ups.order(ups.delays.shutdown);
        }
    }

    private variables(): Record<string, string> {
        const { ups } = this;
        if (!ups.knows) return { 'ups.status': 'WAIT', 'ups.delay.shutdown': '20', 'ups.delay.start': '5' };
        const charging = ups.mains && ups.charge < 100;
        const flags = [
            ups.output ? '' : 'OFF',
            ups.mains ? 'OL' : 'OB',
            charging ? 'CHRG' : '',
            ups.onBattery ? 'DISCHRG' : '',
            ups.low ? 'LB' : '',
        ];
        return {
            'battery.charge': String(Math.round(ups.charge)),
            'battery.charge.low': String(ups.options.lowPercent),
            'battery.runtime': String(Math.round(ups.runtime)),
            'battery.voltage': (22 + (ups.charge / 100) * 5).toFixed(1),
            'device.mfr': 'Own',
            'device.model': 'Played UPS',
            'input.voltage': ups.mains ? '231.0' : '0.0',
            'input.voltage.nominal': '230',
            'output.voltage': ups.output ? '230.0' : '0.0',
            'ups.delay.shutdown': String(ups.delays.shutdown),
            'ups.delay.start': String(ups.delays.start),
            'ups.load': ups.output ? '40' : '0',
            'ups.status': flags.filter(Boolean).join(' '),
            'ups.timer.shutdown': String(Math.ceil(ups.shutdownIn)),
            'ups.timer.start': String(Math.ceil(ups.startIn)),
        };
    }
}
