/** True for the name, URL or ARN of a FIFO queue: only its name may, and must, end so. */
export function isFifo(queue: string): boolean {
  return queue.endsWith(".fifo");
}
