import { join } from 'node:path';
import { Program } from './program';

export interface CardAddress {
    address: string;
    port: number;
}

/** Simulated UPSs with SNMP cards. Times are `machineNow`. */
export class Cards {
    private constructor(
        private readonly program: Program,
        readonly addresses: CardAddress[],
    ) {}

    static async start(count: number, trapPort?: number): Promise<Cards> {
        const program = new Program(join(__dirname, 'cards-program.ts'));
        try {
            return new Cards(program, await program.ask<CardAddress[]>('start', { count, trapPort }));
        } catch (error) {
            await program.stop();
            throw error;
        }
    }

    /** All of these at once; resolves with the time just before the first. */
    setMains(indexes: number[], on: boolean): Promise<number> {
        return this.program.ask('setMains', { indexes, on });
    }

    /** Resolves with its beginning, not with its end. */
    outage(index: number, ms: number): Promise<number> {
        return this.program.ask('outage', { index, ms });
    }

    /** SNMP requests answered so far. */
    requests(): Promise<number> {
        return this.program.ask('requests');
    }

    stop(): Promise<void> {
        return this.program.stop();
    }
}
