import { EventEmitter, once } from 'node:events';
import PostalMime, { type Email } from 'postal-mime';
// smtp-server and postal-mime are development dependencies: the mail sink works in a clone of the project, not in an installed
// package.
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface MailSinkOptions {
    /** 0 (default): any free port. */
    port?: number;
    /** Default 127.0.0.1. */
    address?: string;
    /** `starttls` offers STARTTLS with smtp-server's self-signed certificate; `tls` uses TLS from the start. Default none. */
    security?: 'none' | 'starttls' | 'tls';
    /** PEM; replaces the self-signed certificate. */
    tls?: { key: string; cert: string };
    /** Requires this log-in. */
    auth?: { user: string; password: string };
}

/** Faults of the sink; they can be changed at any time. */
export interface MailSinkFaults {
    /** Refuses at this step with this code: 4xx is temporary, 5xx permanent. `times`: number of refusals; default: always. */
    reject?: { at: 'connect' | 'from' | 'to' | 'data'; code: number; text?: string; times?: number };
    /** Milliseconds to wait before accepting the data. */
    delayMs: number;
}

export interface SinkMail {
    /** From the envelope. */
    from: string;
    /** From the envelope. */
    to: string[];
    /** Whether it came over TLS; `user`: who was logged in. */
    secure: boolean;
    user?: string;
    /** Epoch ms */
    at: number;
    raw: string;
    /** Parsed mail: subject, text, html, attachments, headers. */
    content: Email;
}

/** An SMTP server that stores received mails. */
export class MailSink extends EventEmitter<{ mail: [SinkMail] }> {
    readonly mails: SinkMail[] = [];
    readonly faults: MailSinkFaults = { delayMs: 0 };
    /** Number of connections so far. */
    connections = 0;
    private server?: SMTPServer;
    private boundPort: number;

    constructor(private readonly options: MailSinkOptions = {}) {
        super();
        this.boundPort = options.port ?? 0;
    }

    get port(): number {
        return this.boundPort;
    }

    /** Rejects with Node's error if listening fails. */
    async start(): Promise<void> {
        const server = new SMTPServer(this.serverOptions());
        this.server = server;
        const listener = server.listen(this.boundPort, this.options.address ?? '127.0.0.1');
        await once(listener, 'listening');
        this.boundPort = (listener.address() as { port: number }).port;
        // Errors of client connections (closed early, certificate rejected) are ignored.
        server.on('error', () => undefined);
    }

    /** Idempotent. */
    async stop(): Promise<void> {
        const server = this.server;
        this.server = undefined;
        if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
    }

    private serverOptions(): SMTPServerOptions {
        const { security = 'none', tls, auth } = this.options;
        return {
            secure: security === 'tls',
            ...tls,
            disabledCommands: [...(security === 'none' ? ['STARTTLS'] : []), ...(auth ? [] : ['AUTH'])],
            authOptional: !auth,
            allowInsecureAuth: true,
            disableReverseLookup: true,
            closeTimeout: 100,
            logger: false,
            onConnect: (_session, done) => {
                this.connections++;
                done(this.rejection('connect'));
            },
            onAuth: (login, _session, done) => {
                const right = login.username === auth?.user && login.password === auth?.password;
                if (right) done(null, { user: login.username });
                else done(failure(535, 'Authentication failed'));
            },
            onMailFrom: (_address, _session, done) => done(this.rejection('from')),
            onRcptTo: (_address, _session, done) => done(this.rejection('to')),
            onData: (stream, session, done) => {
                const chunks: Buffer[] = [];
                stream.on('data', (chunk: Buffer) => chunks.push(chunk));
                stream.on('end', () => {
                    const { mailFrom, rcptTo } = session.envelope;
                    const mail = {
                        from: mailFrom ? mailFrom.address : '',
                        to: rcptTo.map((recipient) => recipient.address),
                        secure: session.secure,
                        user: typeof session.user === 'string' ? session.user : undefined,
                        raw: Buffer.concat(chunks).toString('utf8'),
                    };
                    this.take(mail).then(
                        () => done(),
                        (error: Error) => done(error),
                    );
                });
            },
        };
    }

    private async take(mail: Omit<SinkMail, 'at' | 'content'>): Promise<void> {
        if (this.faults.delayMs) await new Promise((resolve) => setTimeout(resolve, this.faults.delayMs));
        const rejection = this.rejection('data');
        if (rejection) throw rejection;
        const sunk: SinkMail = { ...mail, at: Date.now(), content: await PostalMime.parse(mail.raw) };
        this.mails.push(sunk);
        this.emit('mail', sunk);
    }

    private rejection(at: NonNullable<MailSinkFaults['reject']>['at']): Error | null {
        const { reject } = this.faults;
        if (reject?.at !== at) return null;
        if (reject.times !== undefined && reject.times-- <= 0) return null;
        return failure(reject.code, reject.text ?? 'Rejected by the mail sink');
    }
}

function failure(responseCode: number, text: string): Error {
    return Object.assign(new Error(text), { responseCode });
}
