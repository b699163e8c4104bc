-- Nobody looks through all mails that were ever erased any more.
drop index notifications_erased;
