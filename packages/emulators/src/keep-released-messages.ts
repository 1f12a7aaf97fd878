import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * With a data directory fauxqs 2.4.1 cannot put a message back by ChangeMessageVisibility 0: it writes that the message
 * was received NULL times, which its own table refuses, and the message is gone until the next start; in a FIFO queue
 * its group stays locked. The trigger writes what is meant, and keeps the count.
 */
export function keepReleasedMessages(dataDir: string): void {
  const database = new DatabaseSync(join(dataDir, "fauxqs.db"));
  try {
    database.exec(`CREATE TRIGGER IF NOT EXISTS keep_released_messages BEFORE UPDATE ON sqs_messages
      WHEN NEW.approximate_receive_count IS NULL
      BEGIN
        UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = OLD.message_id;
        SELECT RAISE(IGNORE);
      END`);
  } finally {
    database.close();
  }
}
