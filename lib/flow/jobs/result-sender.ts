/**
 * Makes what sends the result of a job and calls done() once, whatever becomes of either. The only other way out for a rejection, be it of
 * Node-RED over a message that it cannot copy, would be the end of Node-RED.
 */
export function resultSender(warn: (error: Error) => void) {
    return <Result>(
        performed: Promise<{ result?: Result; error?: Error }>,
        send: (result: Result) => void,
        done: (error?: Error) => void,
    ): void => {
        performed
            .then(({ result, error }) => {
                if (result) send(result);
                return error;
            })
            .catch((error: Error) => error)
            .then((error) => done(error))
            .catch(warn);
    };
}
