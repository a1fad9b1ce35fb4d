import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

const CERTS = join(__dirname, '../../../support/certs');
export const CERTIFICATE = readFileSync(join(CERTS, 'localhost-cert.pem'));
const KEY = readFileSync(join(CERTS, 'localhost-key.pem'));

export interface ReceivedMail {
    from: string;
    to: string[];
    /** Came over TLS. */
    secure: boolean;
    user?: string;
    raw: string;
    parsed: Email;
}

/** A real SMTP server on an unused port of 127.0.0.1, that keeps what it gets. */
export class SmtpSink {
    readonly mails: ReceivedMail[] = [];
    /** Connections so far. */
    connections = 0;
    private server?: SMTPServer;

    constructor(private readonly options: SMTPServerOptions = {}) {}

    get port(): number {
        return (this.server!.server.address() as AddressInfo).port;
    }

    async start(port = 0): Promise<this> {
        this.server = new SMTPServer({
            authOptional: true,
            cert: CERTIFICATE,
            key: KEY,
            logger: false,
            onConnect: (_session, callback) => {
                this.connections++;
                callback();
            },
            onData: (stream, session, callback) => {
                const chunks: Buffer[] = [];
                stream.on('data', (chunk: Buffer) => chunks.push(chunk));
                stream.on('end', () => {
                    const raw = Buffer.concat(chunks);
                    PostalMime.parse(raw).then((parsed) => {
                        this.mails.push({
                            from: session.envelope.mailFrom ? session.envelope.mailFrom.address : '',
                            to: session.envelope.rcptTo.map(({ address }) => address),
                            secure: session.secure,
                            user: session.user as string | undefined,
                            raw: raw.toString('utf8'),
                            parsed,
                        });
                        callback();
                    }, callback);
                });
            },
            ...this.options,
        });
        // a client that breaks off, as these tests provoke, is an error for the server
        this.server.on('error', () => undefined);
        await new Promise<void>((resolve, reject) => {
            this.server!.server.once('error', reject);
            this.server!.listen(port, '127.0.0.1', resolve);
        });
        return this;
    }

    async stop(): Promise<void> {
        const server = this.server;
        this.server = undefined;
        if (server) await new Promise<void>((resolve) => server.close(resolve));
    }
}

/** An error as smtp-server answers it: with this reply code. */
export function reply(code: number, text: string): Error {
    return Object.assign(new Error(text), { responseCode: code });
}
