/**
 * Makes a function that sends the result of a job and calls done() once, even if one of them throws. A rejection, e.g. because Node-RED
 * cannot copy a message, would otherwise end the Node-RED process.
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
