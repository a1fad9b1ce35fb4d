/** What a simulated UPS of protocol 1.44 keeps beyond the physics, in the protocol's own numbers. */
export interface DeltaMemory {
    shutdownType: number;
    /** BUZ 1 was the last word on it: it sounds until it is silenced, alarm or not. */
    buzzerOn?: boolean;
    /** Of an SDR that waits for its SDA, minutes. */
    restartMinutes?: number;
    baudRate: number;
    sensitivity: number;
    phone: string;
    /** `YYYYMMDD` */
    batteryDates: [string, string];
    economic: number;
    autoTest: number;
    atxReboot: number;
    resume: number;
    bootDelay: number;
    /** 0.1 Hz */
    transferFrequencies: [number, number];
    outputVoltage: number;
    /** Minutes, V */
    batteryTest: [number, number];
    /** The last BTT. */
    buzzerTestSeconds?: number;
}

export function newMemory(outputVoltage: number, frequency: number, batteryVoltage: number): DeltaMemory {
    return {
        shutdownType: 2,
        baudRate: 2400,
        sensitivity: 0,
        phone: '',
        batteryDates: ['20240315', '20280315'],
        economic: 2,
        autoTest: 1,
        atxReboot: 2,
        resume: 2,
        bootDelay: 0,
        transferFrequencies: [Math.round(frequency * 9.5), Math.round(frequency * 10.5)],
        outputVoltage,
        batteryTest: [10, Math.round(batteryVoltage * 0.9)],
    };
}
