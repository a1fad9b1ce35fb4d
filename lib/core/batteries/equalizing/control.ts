/** What pauses and resumes the equalizing of a battery monitor: a set of an SNMP object, a message into a flow of the user, or the simulator. */
export interface EqualizingControl {
    /** It ends the pause by itself after the hours it was given; otherwise `resume` is called. Both are confirmed alike. */
    readonly endsByItself?: boolean;
    /** Asks for a pause, or for another one in its place. @param hours above 0 @throws UpsError */
    pause(hours: number, signal: AbortSignal): Promise<void>;
    /** @throws UpsError */
    resume(signal: AbortSignal): Promise<void>;
}
