import { connect, type Socket } from 'node:net';

type Eventually = <T>(condition: () => T, ms?: number) => Promise<NonNullable<T>>;

/** A client of a NUT server, line by line, over a real socket. */
export class NutLineClient {
    text = '';
    closed = false;
    private readonly socket: Socket;

    constructor(
        port: number,
        private readonly eventually: Eventually,
        from = '127.0.0.1',
    ) {
        this.socket = connect({ host: '127.0.0.1', port, localAddress: from });
        this.socket.on('data', (bytes: Buffer) => (this.text += bytes.toString()));
        this.socket.on('close', () => (this.closed = true));
        this.socket.on('error', () => undefined);
    }

    /** The answer, which is whole when its last line is. */
    async ask(line: string): Promise<string> {
        this.text = '';
        this.socket.write(`${line}\n`);
        const whole = () => (line.startsWith('LIST') ? /^(ERR.*|[^]*END LIST.*)\n$/ : /\n$/).test(this.text);
        await this.eventually(() => whole() || this.closed);
        return this.text.trimEnd();
    }

    async login(user: string, password: string, ups: string): Promise<string> {
        await this.ask(`USERNAME ${user}`);
        await this.ask(`PASSWORD ${password}`);
        return this.ask(`LOGIN ${ups}`);
    }

    status(ups: string): Promise<string> {
        return this.ask(`GET VAR ${ups} ups.status`);
    }

    end(): void {
        this.socket.destroy();
    }
}
