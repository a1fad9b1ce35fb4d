import { generateKeyPairSync } from 'node:crypto';
import type { AddressInfo, Socket } from 'node:net';
import { Server, utils, type Algorithms, type AuthContext, type Connection, type ServerChannel } from 'ssh2';
import { fingerprintOf } from '../../lib/protocols/ssh/known-hosts';

export interface SshServerBehaviour {
    /** What it offers. Default: all that is safe. */
    algorithms?: Algorithms;
    /** `asking`: it will accept or reject itself. Default: user `ops`, password `secret`. */
    authenticate?(context: AuthContext): boolean | 'asking';
    /** What happens when a command has been asked for; `accept` takes it. */
    execute?(command: string, accept: () => ServerChannel, connection: Connection, reject: () => void): void;
}

const KEYS = hostKeys();

/** One in some three hundred keys that ssh2 makes is one that it cannot read; those of ssh-keygen it reads. */
function hostKeys(): ReturnType<typeof utils.generateKeyPairSync> {
    for (;;) {
        const keys = utils.generateKeyPairSync('ed25519');
        if (!(utils.parseKey(keys.private) instanceof Error)) return keys;
    }
}

/** An SSH server in this process, for faults that a real one does not show when asked. */
export class TestSshServer {
    readonly commands: string[] = [];
    /** How clients tried to log in, ever. */
    readonly methods: string[] = [];
    /** Commands that were given a terminal. */
    terminals = 0;
    /** Connections, ever. */
    connections = 0;
    /** The last one. */
    connection: Connection | undefined;
    private readonly server: Server;
    private readonly sockets = new Set<Socket>();

    constructor(behaviour: SshServerBehaviour = {}) {
        const authenticate =
            behaviour.authenticate ??
            ((context: AuthContext) =>
                context.method === 'password' && context.username === 'ops' && context.password === 'secret');
        this.server = new Server({ hostKeys: [KEYS.private], algorithms: behaviour.algorithms }, (connection) => {
            this.connections++;
            this.connection = connection;
            connection.on('error', () => undefined);
            connection.on('authentication', (context) => {
                this.methods.push(context.method);
                const answer = authenticate(context);
                if (answer === true) context.accept();
                else if (answer === false) context.reject(['password', 'publickey', 'keyboard-interactive']);
            });
            connection.on('session', (acceptSession) => {
                const session = acceptSession();
                session.on('pty', (accept) => {
                    this.terminals++;
                    accept();
                });
                session.on('exec', (accept, reject, { command }) => {
                    this.commands.push(command);
                    const run = behaviour.execute ?? succeed;
                    run(command, accept, connection, reject);
                });
            });
        });
        (this.server as unknown as { _srv: { on(event: string, listener: (socket: Socket) => void): void } })._srv.on(
            'connection',
            (socket) => {
                this.sockets.add(socket);
                socket.once('close', () => this.sockets.delete(socket));
            },
        );
    }

    /** Connections, now. */
    get open(): number {
        return this.sockets.size;
    }

    static get fingerprint(): string {
        const key = utils.parseKey(KEYS.public);
        if (key instanceof Error) throw key;
        return fingerprintOf(key.getPublicSSH());
    }

    /** Its public key as a line of known_hosts has it, without names. */
    static get publicKey(): string {
        return KEYS.public.trim();
    }

    async start(): Promise<number> {
        await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
        return this.port;
    }

    get port(): number {
        return (this.server.address() as AddressInfo).port;
    }

    async stop(): Promise<void> {
        for (const socket of this.sockets) socket.destroy();
        await new Promise<void>((resolve) => this.server.close(() => resolve()));
    }
}

function succeed(_command: string, accept: () => ServerChannel): void {
    const channel = accept();
    channel.write('done\n');
    channel.exit(0);
    channel.end();
}

/** A key for log-ins, as PEM, encrypted if there is a passphrase. */
export function pemKey(passphrase?: string): string {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    return privateKey.export({
        type: 'pkcs1',
        format: 'pem',
        ...(passphrase ? { cipher: 'aes-128-cbc', passphrase } : {}),
    }) as string;
}
