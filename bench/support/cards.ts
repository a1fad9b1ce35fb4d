import { join } from 'node:path';
import { Program } from './program';

export interface CardAddress {
    address: string;
    port: number;
}

export interface CardsOptions {
    count: number;
    trapPort?: number;
    copies?: boolean;
}

/** Simulated UPSs with SNMP cards. Times are `machineNow`. */
export class Cards {
    private constructor(
        private readonly program: Program,
        readonly addresses: CardAddress[],
    ) {}

    /** @param copies all tell of one UPS, and cost little: see card-copies.ts */
    static async start({ count, trapPort, copies = false }: CardsOptions): Promise<Cards> {
        const program = new Program(join(__dirname, copies ? 'card-copies-program.ts' : 'cards-program.ts'));
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

    /** When the traps of each left; not of copies. */
    trapTimes(): Promise<number[][]> {
        return this.program.ask('trapTimes');
    }

    /** Processor time that they have taken so far. */
    cpuMs(): Promise<number> {
        return this.program.ask('cpuMs');
    }

    stop(): Promise<void> {
        return this.program.stop();
    }
}
