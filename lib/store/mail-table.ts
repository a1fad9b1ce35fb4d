import { randomUUID } from 'node:crypto';
import type { Row } from './connection';
import type { Access } from './database';
import { fromJson, toJson } from './message-json';
import { where } from './log-query';

export type MailState = 'queued' | 'sending' | 'sent' | 'failed';

/** A mail that waits to be sent; the mail protocol defines its content. */
export interface MailRow {
    id: string;
    /** Node id of the mail account. */
    account: string;
    /** When it was enqueued, epoch ms */
    at: number;
    /** Time before which it must not be tried, epoch ms. */
    due: number;
    attempts: number;
    lastError?: string;
    state: MailState;
    /** JSON value */
    payload: unknown;
}

export type NewMail = Pick<MailRow, 'account' | 'at' | 'payload'> & Partial<Pick<MailRow, 'id' | 'due' | 'state'>>;
export type MailChanges = Partial<Pick<MailRow, 'due' | 'attempts' | 'lastError' | 'state' | 'payload'>>;

/** The mail queue, which survives a restart. All calls are synchronous, and as durable as those of the journal. */
export interface MailQueueStore {
    /** `due` defaults to `at`, `state` to `queued`, `id` to a new UUID; an id that exists is replaced. */
    enqueue(mail: NewMail): MailRow;
    /** By due time, then age. */
    list(query?: { account?: string; state?: MailState; dueBy?: number }): MailRow[];
    /** Does nothing if the mail does not exist (any more). */
    update(id: string, changes: MailChanges): void;
    remove(id: string): void;
}

export class MailTable implements MailQueueStore {
    constructor(private readonly db: Access) {}

    enqueue(mail: NewMail): MailRow {
        const row: MailRow = {
            id: mail.id ?? randomUUID(),
            account: mail.account,
            at: mail.at,
            due: mail.due ?? mail.at,
            attempts: 0,
            state: mail.state ?? 'queued',
            payload: mail.payload,
        };
        this.db.write(
            'INSERT OR REPLACE INTO mails (id, account, at, due, attempts, state, payload) VALUES (?, ?, ?, ?, ?, ?, ?)',
            [row.id, row.account, row.at, row.due, row.attempts, row.state, toJson(row.payload)],
        );
        return row;
    }

    list({ account, state, dueBy }: { account?: string; state?: MailState; dueBy?: number } = {}): MailRow[] {
        const { sql, values } = where([
            ['account = ?', account],
            ['state = ?', state],
            ['due <= ?', dueBy],
        ]);
        return this.db.all(`SELECT * FROM mails WHERE ${sql} ORDER BY due, at, rowid`, values).map(toMail);
    }

    update(id: string, changes: MailChanges): void {
        this.db.transaction(() => {
            const row = this.db.get('SELECT * FROM mails WHERE id = ?', [id]);
            if (!row) return;
            const { due, attempts, lastError, state, payload } = { ...toMail(row), ...changes };
            this.db.write(
                'UPDATE mails SET due = ?, attempts = ?, last_error = ?, state = ?, payload = ? WHERE id = ?',
                [due, attempts, lastError, state, toJson(payload), id],
            );
        });
    }

    remove(id: string): void {
        this.db.write('DELETE FROM mails WHERE id = ?', [id]);
    }
}

function toMail(row: Row): MailRow {
    return {
        id: String(row.id),
        account: String(row.account),
        at: Number(row.at),
        due: Number(row.due),
        attempts: Number(row.attempts),
        ...(row.last_error === null ? {} : { lastError: String(row.last_error) }),
        state: row.state as MailState,
        payload: fromJson(row.payload),
    };
}
