threads_count = ENV.fetch("RAILS_MAX_THREADS", 3)
threads threads_count, threads_count

port ENV.fetch("PORT", 3000)

# At SIGTERM, what has connected already is answered too.
drain_on_shutdown
