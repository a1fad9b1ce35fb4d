/** State of a simulated UPS of protocol 1.44 besides its physics, in the protocol's own numbers. */
export interface DeltaMemory {
    shutdownType: number;
    /** BUZ 1 was the last command: the buzzer sounds until it is silenced, even without an alarm. */
    buzzerOn?: boolean;
    /** Minutes of an SDR that waits for its SDA. */
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
    /** Duration of the last BTT, seconds. */
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
